internal import Reactor
internal import SMBMessages
internal import Transport

/// One connection to a server: matches answers to requests, keeps the credits, signs and seals.
///
/// Confined to its reactor's thread. `async` callers reach it through `exchange`, bulk streams
/// call `send` directly. What belongs to a session goes by `Channels`, which survives its links.
final class Link: @unchecked Sendable {
    /// Exchanges that wait for credits; more are refused.
    static let waitingMax = 4096
    /// A quiet connection is tested this often, so that a dead peer is noticed.
    static let idleEchoNanoseconds: UInt64 = 60_000_000_000

    let reactor: Reactor
    let transport: any Transport
    let endpoint: Endpoint
    /// A server that is silent for so long is gone.
    var timeoutNanoseconds: UInt64
    weak var owner: (any LinkOwner)?
    var credits = CreditAccount()
    var requests = RequestTable()
    var protection = Protection()
    var sessionID: UInt64 = 0
    /// MS-SMB2 3.2.4.1: Session.ChannelSequence, kept by the owner.
    var channelSequence: UInt16 = 0
    /// How fast the way to the server is, in bit/s: its share among links of its kind.
    var bitsPerSecond: UInt64 = 1_000_000_000
    /// The most that this connection may be asked for at a time (MS-SMB2 3.2.5.2).
    var maxRead = Int.max
    var maxWrite = Int.max
    /// Set when the connection is of no more use; every later request fails with it.
    private(set) var failure: ClientError?
    var waiting: [Exchange] = []
    /// Bytes that the requests under way carry or ask for.
    private(set) var outstandingByteCount = 0
    /// When the server last said anything.
    var lastHeard: UInt64
    var isEchoing = false
    /// The answer to a READ whose data the transport is receiving into its final place.
    var arriving: ArrivingData?
    private var timer: TimerID?

    /// Called on the reactor's thread, with a transport that is connected.
    init(
        reactor: Reactor,
        transport: any Transport,
        endpoint: Endpoint = Endpoint(host: "", port: 0),
        timeoutSeconds: Int
    ) {
        self.reactor = reactor
        self.transport = transport
        self.endpoint = endpoint
        timeoutNanoseconds = UInt64(timeoutSeconds) * 1_000_000_000
        lastHeard = reactor.now
        transport.receiver = self
        scheduleCheck()
    }

    var isOpen: Bool { failure == nil }

    /// Ends the connection: every request that waits is handed back with `error`.
    func fail(_ error: ClientError) {
        guard failure == nil else { return }
        let owner = owner
        end(error, flushing: false)
        owner?.linkFailed(self, error: error)
        for slot in requests.activeSlots {
            let entry = takeOut(slot)
            entry.handler?.failed(token: entry.token, error: error)
        }
        let stranded = waiting
        waiting.removeAll()
        for exchange in stranded { exchange.handBack(error, wasSent: false) }
        owner?.linkEnded(self)
    }

    /// Ends the connection after everything queued was sent.
    func close() {
        guard failure == nil else { return }
        end(.closed, flushing: true)
    }

    private func end(_ error: ClientError, flushing: Bool) {
        failure = error
        owner = nil
        if let timer { reactor.cancel(timer) }
        timer = nil
        // What this connection still delivers is never looked at.
        transport.receiver = nil
        transport.close(flushing: flushing)
    }

    /// Enters a request that is about to be sent; the slot that waits for its answer.
    func enter(_ entry: RequestTable.Entry) -> Int {
        outstandingByteCount += entry.payloadCount
        return requests.add(entry)
    }

    func takeOut(_ slot: Int) -> RequestTable.Entry {
        let entry = requests.remove(slot)
        outstandingByteCount -= entry.payloadCount
        return entry
    }

    func scheduleCheck() {
        let interval = max(timeoutNanoseconds / 4, 50_000_000)
        timer = reactor.schedule(after: interval) { [weak self] in self?.check() }
    }
}

extension Link {
    /// Runs `body` on the reactor's thread and waits for its result.
    func perform<Result: Sendable>(
        _ body: @escaping @Sendable (Link) -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            reactor.post { [self] in continuation.resume(returning: body(self)) }
        }
    }
}
