internal import Reactor
internal import SMBDirect
internal import Seeds
internal import Synchronization
internal import Transport

/// What travels from one end to the other, in order; whoever hands it over keeps nothing of it.
enum SimulatedItem: @unchecked Sendable {
    /// A whole message whose bulk data, if any, is behind its head.
    case message(OutboundMessage)
    /// The first bytes of a message, of a stream that ends in the middle of it.
    case part(OutboundMessage, count: Int)
    /// Bytes that are written into the memory of the end where this arrives.
    case write(IOBuffer, offset: Int, count: Int, RemoteMemory)
    /// A wish for bytes of the memory of the end where this arrives.
    case fetch(SimulatedFetch)
    /// The answer to a wish.
    case fetched(SimulatedFetch)
    /// The other end closed, or its device reports an error.
    case end(TransportError?)

    /// What it occupies of the connection.
    var byteCount: Int {
        switch self {
        case .message(let message): message.byteCount
        case .write(_, offset: _, let count, _): count
        case .part(_, let count): count
        case .fetch, .fetched, .end: 0
        }
    }

    /// Gives back the memory of what will not arrive.
    func discard() {
        switch self {
        case .message(let message), .part(let message, count: _):
            if case .buffer(let buffer, offset: _, count: _) = message.payload { buffer.recycle() }
        case .write(let buffer, offset: _, count: _, _):
            buffer.recycle()
        case .fetch, .fetched, .end:
            break
        }
    }
}

extension SimulatedItem {
    /// Whether a device does it without asking the program.
    var touchesMemory: Bool {
        switch self {
        case .write, .fetch: true
        default: false
        }
    }

    /// The same request as if no channel had ever failed (MS-SMB2 2.2.1.2): neither the number of
    /// failures nor that it is a repetition. For sessions that do not sign.
    func withoutSequence() -> SimulatedItem {
        guard case .message(var message) = self, message.head.count >= 64,
            message.head.starts(with: [0xFE, 0x53, 0x4D, 0x42]), message.head[16] & 0x08 == 0
        else { return self }
        message.head[8] = 0
        message.head[9] = 0
        // SMB2_FLAGS_REPLAY_OPERATION.
        message.head[19] &= ~0x20
        return .message(message)
    }

    /// What arrives of it when the stream ends on the way; nil for what has no parts.
    func cutShort(_ random: inout SeededGenerator) -> SimulatedItem? {
        guard case .message(let message) = self, message.byteCount > 1 else { return nil }
        return .part(message, count: random.number(1...message.byteCount - 1))
    }
}

/// One call of `Transport.fetch`. Both ends touch it, each on its thread.
final class SimulatedFetch: @unchecked Sendable {
    private enum State {
        case waiting, copied, abandoned
    }

    let memory: RemoteMemory
    let count: Int
    let buffer: IOBuffer
    let offset: Int
    let token: Int
    /// Touched by the asking end alone.
    let fetcher: any TransportFetcher
    private let state = Mutex(State.waiting)

    init(
        memory: RemoteMemory,
        count: Int,
        buffer: IOBuffer,
        offset: Int,
        fetcher: any TransportFetcher,
        token: Int
    ) {
        self.memory = memory
        self.count = count
        self.buffer = buffer
        self.offset = offset
        self.fetcher = fetcher
        self.token = token
    }

    /// Runs `copy` unless the asking end has given up; it does not while the copy goes on.
    func copy(_ copy: () throws(SimulatedAccessError) -> Void) throws(SimulatedAccessError) {
        try state.withLock { state throws(SimulatedAccessError) in
            guard state == .waiting else { return }
            try copy()
            state = .copied
        }
    }

    func abandon() { state.withLock { $0 = .abandoned } }
}
