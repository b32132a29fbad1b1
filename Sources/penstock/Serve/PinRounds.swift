import Dispatch
import Server
import Synchronization

/// Has a keeper of pinned files look after them, on a thread that may wait.
final class PinRounds: Sendable {
    private static let pauseSeconds = 2

    private let keeper: PinKeeper
    private let queue = DispatchQueue(label: "pins")
    private let ended = DispatchSemaphore(value: 0)

    init(_ keeper: PinKeeper) { self.keeper = keeper }

    func start() {
        queue.async { [self] in
            repeat {
                keeper.refresh()
            } while ended.wait(timeout: .now() + .seconds(Self.pauseSeconds)) == .timedOut
        }
    }

    /// Returns once the thread has let go of the keeper.
    func stop() {
        keeper.stop()
        ended.signal()
        queue.sync {}
    }
}
