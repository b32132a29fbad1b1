internal import Reactor

/// One wait of a task for the reactor's clock. Used on the reactor's thread alone.
final class PauseTimer: @unchecked Sendable {
    private var timer: TimerID?
    private var continuation: CheckedContinuation<Void, Never>?
    private var isOver = false

    func start(
        _ continuation: CheckedContinuation<Void, Never>,
        on reactor: Reactor,
        milliseconds: Int
    ) {
        // The cancellation may have been here first.
        guard !isOver else { return continuation.resume() }
        self.continuation = continuation
        timer = reactor.schedule(after: UInt64(max(0, milliseconds)) * 1_000_000) { [self] in
            timer = nil
            end(on: reactor)
        }
    }

    func end(on reactor: Reactor) {
        isOver = true
        if let timer { reactor.cancel(timer) }
        timer = nil
        continuation?.resume()
        continuation = nil
    }
}
