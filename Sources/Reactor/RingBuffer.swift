/// A queue in one array that is reused: no allocation once it has grown to the size in use.
public struct RingBuffer<Element> {
    private var storage: [Element?] = []
    private var head = 0
    public private(set) var count = 0

    public init() {}

    public var isEmpty: Bool { count == 0 }

    public mutating func append(_ element: Element) {
        if count == storage.count { grow() }
        storage[(head + count) & (storage.count - 1)] = element
        count += 1
    }

    public mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = storage[head].take()
        head = (head + 1) & (storage.count - 1)
        count -= 1
        return element
    }

    /// The element `position` places behind the first.
    public subscript(position: Int) -> Element {
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

    public mutating func removeAll() {
        while popFirst() != nil {}
    }

    /// Sizes are powers of two, so that a place is found with a mask.
    private mutating func grow() {
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
