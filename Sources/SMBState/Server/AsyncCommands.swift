/// The requests of a connection that were answered with STATUS_PENDING (MS-SMB2 3.3.4.2): hands out
/// their ids and finds them again when a CANCEL arrives (3.3.5.16).
///
/// An id is a slot and its generation, so neither finding nor ending one searches, and an id is not
/// reused while its final response is outstanding.
public struct AsyncCommands: Sendable {
    /// Requests of one connection that may wait at once.
    public static let countMaxDefault = 512

    private struct Slot: Sendable {
        var messageID: UInt64
        var generation: UInt32
        var inUse: Bool
    }

    public let countMax: Int
    public private(set) var count = 0
    private var slots: [Slot] = []
    private var free: [Int] = []

    public init(countMax: Int = Self.countMaxDefault) { self.countMax = countMax }

    /// A nonzero id for the request, or nil where the bound is reached
    /// (STATUS_INSUFFICIENT_RESOURCES).
    public mutating func begin(messageID: UInt64) -> UInt64? {
        guard count < countMax else { return nil }
        count += 1
        if let index = free.popLast() {
            slots[index].messageID = messageID
            slots[index].inUse = true
            return id(at: index)
        }
        slots.append(Slot(messageID: messageID, generation: 1, inUse: true))
        return id(at: slots.count - 1)
    }

    /// Ends the request; false where the id is unknown.
    @discardableResult
    public mutating func end(_ asyncID: UInt64) -> Bool {
        guard let index = index(of: asyncID) else { return false }
        slots[index].inUse = false
        slots[index].generation &+= 1
        free.append(index)
        count -= 1
        return true
    }

    public func contains(_ asyncID: UInt64) -> Bool { index(of: asyncID) != nil }

    /// The message id of a pending request.
    public func messageID(of asyncID: UInt64) -> UInt64? {
        index(of: asyncID).map { slots[$0].messageID }
    }

    /// A CANCEL names its target by the message id until the client has seen the interim response.
    public func find(messageID: UInt64) -> UInt64? {
        guard let index = slots.firstIndex(where: { $0.inUse && $0.messageID == messageID }) else {
            return nil
        }
        return id(at: index)
    }

    private func id(at index: Int) -> UInt64 {
        UInt64(slots[index].generation) << 32 | UInt64(index + 1)
    }

    private func index(of asyncID: UInt64) -> Int? {
        let index = Int(asyncID & 0xFFFF_FFFF) - 1
        guard index >= 0, index < slots.count, slots[index].inUse,
            slots[index].generation == UInt32(asyncID >> 32)
        else { return nil }
        return index
    }
}
