internal import Reactor
internal import SMBDirect

/// A message that waits for its turn.
struct DirectOutboundEntry {
    var head: [UInt8]
    var payload: OutboundMessage.Payload
    var destination: RemoteMemory?
    var invalidatedToken: UInt32?

    var byteCount: Int { head.count + payload.count }

    /// What the message keeps in memory while it waits.
    var heldByteCount: Int {
        if case .file = payload { return head.count }
        return byteCount
    }
}

/// The message that is being sent: everything of it lies in registered memory.
struct DirectSending {
    /// Room for a segment's header, and then the head.
    var head: IOBuffer
    var headCount: Int
    var payload: IOBuffer?
    var payloadOffset: Int
    var payloadCount: Int
    /// What is still to be placed in the peer's memory, before the head may follow.
    var slices: PlacementSlices?
    var invalidatedToken: UInt32?
    var isBegun = false
    /// What `queuedByteCount` counts it with.
    var byteCount: Int

    /// Bytes that travel as a message.
    var messageCount: Int { slices == nil ? headCount + payloadCount : headCount }
}

/// A work request in the send queue, and what becomes free with it.
struct DirectPosted {
    enum Kind {
        case send, write, read
        /// The last one of a call of `fetch`.
        case lastRead
    }

    var kind: Kind
    var head: IOBuffer?
    var payload: IOBuffer?
    /// Of a message's last request: what `queuedByteCount` counts the message with.
    var byteCount = 0

    func recycle() {
        head?.recycle()
        payload?.recycle()
    }
}

/// A call of `fetch` that is not finished.
struct DirectFetch {
    /// Nil for one that cannot be done.
    var slices: PlacementSlices?
    let buffer: IOBuffer
    let offset: Int
    let fetcher: any TransportFetcher
    let token: Int
}

/// The memory that received messages land in: equal slots in a few buffers.
struct DirectReceiveSlots {
    private(set) var buffers: [IOBuffer] = []
    private(set) var slotByteCount = 0
    private(set) var slotsPerBuffer = 0
    private(set) var count = 0

    init() {}

    init(buffers: [IOBuffer]) { self.buffers = buffers }

    /// Divides the memory anew. No slot may be posted.
    mutating func divide(slotByteCount wanted: Int, countMax: Int) {
        // Whole lines of the processor's cache.
        slotByteCount = (wanted + 63) & ~63
        slotsPerBuffer = buffers.first.map { $0.capacity / slotByteCount } ?? 0
        count = min(slotsPerBuffer * buffers.count, countMax)
    }

    func address(of slot: Int) -> (base: UnsafeMutableRawPointer, key: UInt32) {
        let buffer = buffers[slot / slotsPerBuffer]
        return unsafe (buffer.base + slot % slotsPerBuffer * slotByteCount, buffer.localKey)
    }

    mutating func recycle() {
        for buffer in buffers { buffer.recycle() }
        self = DirectReceiveSlots()
    }
}
