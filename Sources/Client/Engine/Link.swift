internal import Reactor
internal import SMBMessages
internal import Transport

/// One connection to a server: matches answers to requests, keeps the credits, signs and seals.
///
/// Confined to its reactor's thread. `async` callers reach it through `exchange`, bulk streams
/// call `send` directly.
final class Link: @unchecked Sendable {
    /// Exchanges that wait for credits; more are refused.
    static let waitingMax = 4096
    /// A quiet connection is tested this often, so that a dead peer is noticed.
    static let idleEchoNanoseconds: UInt64 = 60_000_000_000

    let reactor: Reactor
    let transport: any Transport
    let timeoutNanoseconds: UInt64
    var credits = CreditAccount()
    var requests = RequestTable()
    var protection = Protection()
    var sessionID: UInt64 = 0
    /// Set when the connection is of no more use; every later request fails with it.
    private(set) var failure: ClientError?
    var waiting: [Exchange] = []
    var creditWaiters: [any CreditWaiter] = []
    /// When the server last said anything.
    var lastHeard: UInt64
    var isEchoing = false
    /// The answer to a READ whose data the transport is receiving into its final place.
    var arriving: ArrivingData?
    private var timer: TimerID?

    /// Called on the reactor's thread, with a transport that is connected.
    init(reactor: Reactor, transport: any Transport, timeoutSeconds: Int) {
        self.reactor = reactor
        self.transport = transport
        timeoutNanoseconds = UInt64(timeoutSeconds) * 1_000_000_000
        lastHeard = reactor.now
        transport.receiver = self
        scheduleCheck()
    }

    var isOpen: Bool { failure == nil }

    /// Ends the connection: every request that waits fails with `error`.
    func fail(_ error: ClientError) {
        guard failure == nil else { return }
        failure = error
        if let timer { reactor.cancel(timer) }
        timer = nil
        transport.receiver = nil
        transport.close(flushing: false)
        for slot in requests.activeSlots {
            let entry = requests.remove(slot)
            entry.handler?.failed(token: entry.token, error: error)
        }
        let stranded = waiting
        waiting.removeAll()
        for exchange in stranded { exchange.fail(error) }
        wakeCreditWaiters()
    }

    /// Ends the connection after everything queued was sent.
    func close() {
        guard failure == nil else { return }
        failure = .closed
        if let timer { reactor.cancel(timer) }
        timer = nil
        transport.receiver = nil
        transport.close(flushing: true)
    }

    /// `waiter` is told once when credits arrive or the connection ends.
    func notifyWhenCreditsArrive(_ waiter: any CreditWaiter) {
        guard !creditWaiters.contains(where: { $0 === waiter }) else { return }
        creditWaiters.append(waiter)
    }

    func wakeCreditWaiters() {
        guard !creditWaiters.isEmpty else { return }
        let waiters = creditWaiters
        creditWaiters.removeAll(keepingCapacity: true)
        for waiter in waiters { waiter.creditsGranted() }
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
