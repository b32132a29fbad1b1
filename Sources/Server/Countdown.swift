import Synchronization

/// Calls back when as many parties have arrived as were expected.
final class Countdown: Sendable {
    private let remaining: Mutex<Int>
    private let completion: @Sendable () -> Void

    init(_ count: Int, _ completion: @escaping @Sendable () -> Void) {
        remaining = Mutex(count)
        self.completion = completion
    }

    func arrive() {
        let left = remaining.withLock { count in
            count -= 1
            return count
        }
        if left == 0 { completion() }
    }
}
