/// A queue in one array that is reused: no allocation once it has grown to the size in use.
///
/// Inlinable, or other modules would have the runtime look up what `Element` is in every call.
public struct RingBuffer<Element> {
    @usableFromInline var storage: [Element?] = []
    @usableFromInline var head = 0
    @usableFromInline var occupied = 0

    @inlinable public init() {}

    @inlinable public var count: Int { occupied }

    @inlinable public var isEmpty: Bool { occupied == 0 }

    @inlinable public mutating func append(_ element: Element) {
        if count == storage.count { grow() }
        storage[(head + count) & (storage.count - 1)] = element
        occupied += 1
    }

    @inlinable public mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = storage[head].take()
        head = (head + 1) & (storage.count - 1)
        occupied -= 1
        return element
    }

    /// The element `position` places behind the first.
    @inlinable public subscript(position: Int) -> Element {
        get {
            precondition(position >= 0 && position < count)
            guard let element = storage[(head + position) & (storage.count - 1)] else {
                preconditionFailure("an occupied place is empty")
            }
            return element
        }
        set {
            precondition(position >= 0 && position < count)
            storage[(head + position) & (storage.count - 1)] = newValue
        }
    }

    @inlinable public mutating func removeAll() {
        while popFirst() != nil {}
    }

    /// Sizes are powers of two, so that a place is found with a mask.
    @usableFromInline mutating func grow() {
        var larger: [Element?] = []
        let size = max(8, storage.count * 2)
        larger.reserveCapacity(size)
        for position in 0..<count {
            larger.append(storage[(head + position) & (storage.count - 1)].take())
        }
        while larger.count < size { larger.append(nil) }
        storage = larger
        head = 0
    }
}
