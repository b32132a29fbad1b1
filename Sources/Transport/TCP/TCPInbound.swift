internal import Reactor

/// What has been received of a message that is not complete yet.
@safe struct TCPInbound {
    /// Enough for the receiver to see where a message's bulk data begins.
    static let placementHeadByteCount = 128

    enum Stage {
        /// Between messages, or inside the four bytes of a frame.
        case frame
        /// Inside a large message whose receiver is asked for a place first.
        case head
        /// Inside a message that goes to `buffer`.
        case whole
        /// Inside a message whose first bytes go to `buffer` and the others to `destination`.
        case placed
        /// Inside names that nobody needs (RFC 1002 4.3.2).
        case skipping
    }

    var stage = Stage.frame
    /// The frame's bytes so far, and how many they are.
    var frameWord: UInt32 = 0
    var frameCount = 0
    /// The message's bytes, and how many of them are here.
    var messageCount = 0
    var receivedCount = 0
    var buffer: IOBuffer?
    var placedHeadCount = 0
    var destination = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    /// Bytes that were received and could not be delivered yet: less than the workspace's scratch.
    var backlog: [UInt8] = []
    var sawMessage = false

    var hasBacklog: Bool { !backlog.isEmpty }
    var remaining: Int { messageCount - receivedCount }
    /// Whether the connection can end here without losing half a message.
    var isBetweenMessages: Bool { stage == .frame && frameCount == 0 && backlog.isEmpty }

    mutating func finishMessage() {
        stage = .frame
        frameWord = 0
        frameCount = 0
        messageCount = 0
        receivedCount = 0
        buffer = nil
        placedHeadCount = 0
        unsafe destination = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    /// Copies bytes to where they belong; they must not reach behind the message's end.
    mutating func store(_ source: UnsafeRawBufferPointer) {
        precondition(source.count <= remaining)
        guard let start = source.baseAddress, let buffer else { return }
        var taken = 0
        if stage != .placed {
            unsafe (buffer.base + receivedCount).copyMemory(from: start, byteCount: source.count)
        } else {
            if receivedCount < placedHeadCount {
                taken = min(source.count, placedHeadCount - receivedCount)
                unsafe (buffer.base + receivedCount).copyMemory(from: start, byteCount: taken)
            }
            let rest = source.count - taken
            if rest > 0, let place = unsafe destination.baseAddress {
                let offset = receivedCount + taken - placedHeadCount
                unsafe (place + offset).copyMemory(from: start + taken, byteCount: rest)
            }
        }
        receivedCount += source.count
    }
}
