internal import SMBMessages

/// The requests that wait for their answers, in slots that are reused.
///
/// A message id finds its slot through a ring that is as long as the largest credit window, so two
/// ids of one window never meet and nothing is hashed or searched.
struct RequestTable: ~Copyable {
    /// Requests in flight on one connection.
    static let countMax = 1024
    /// MS-SMB2 2.2.1.2: credits are sixteen bits.
    private static let ringCount = 65536

    struct Entry {
        var messageID: UInt64 = 0
        var command = Command.echo
        var token = 0
        /// Bytes that the request carries or asks for.
        var payloadCount = 0
        /// Set by the interim response (MS-SMB2 3.2.5.1.5).
        var asyncID: UInt64?
        var isSealed = false
        var isSigned = false
        var isActive = false
        var sentAt: UInt64 = 0
        var handler: (any ReplyHandler)?
    }

    private var entries: [Entry]
    private var free: [Int32]
    private var ring: [Int32]
    private(set) var count = 0

    init() {
        entries = Array(repeating: Entry(), count: Self.countMax)
        free = (0..<Int32(Self.countMax)).reversed()
        ring = Array(repeating: -1, count: Self.ringCount)
    }

    var freeCount: Int { free.count }

    /// Whether requests with these ids could be added.
    func hasRoom(messageID: UInt64, count: Int) -> Bool {
        free.count >= count && ring[Self.place(messageID)] < 0
    }

    /// The slot of the new request.
    mutating func add(_ entry: Entry) -> Int {
        guard let slot = free.popLast() else { preconditionFailure("no room was checked for") }
        entries[Int(slot)] = entry
        entries[Int(slot)].isActive = true
        ring[Self.place(entry.messageID)] = slot
        count += 1
        return Int(slot)
    }

    /// The slot that waits for this id; nil for an id that was never sent or is answered already.
    func slot(of messageID: UInt64) -> Int? {
        let slot = Int(ring[Self.place(messageID)])
        guard slot >= 0, entries[slot].isActive, entries[slot].messageID == messageID else {
            return nil
        }
        return slot
    }

    subscript(slot: Int) -> Entry {
        get { entries[slot] }
        set { entries[slot] = newValue }
    }

    mutating func remove(_ slot: Int) -> Entry {
        let entry = entries[slot]
        ring[Self.place(entry.messageID)] = -1
        entries[slot].isActive = false
        entries[slot].handler = nil
        free.append(Int32(slot))
        count -= 1
        return entry
    }

    /// Slots in use, in no order.
    var activeSlots: [Int] { entries.indices.filter { entries[$0].isActive } }

    private static func place(_ messageID: UInt64) -> Int {
        Int(messageID & UInt64(ringCount - 1))
    }
}
