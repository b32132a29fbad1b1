/// Decides whether the loop polls for a while before it sleeps.
///
/// Waking a sleeping thread costs some 24 microseconds where this was measured, a poll that
/// succeeds 0.4: a 128-byte request and reply took 61 microseconds blocking and 8 spinning, and
/// less processor time per exchange. A poll that finds nothing is a loss, so the policy keeps
/// score: when polling has mostly been in vain it stops, and tries again now and then.
struct SpinPolicy {
    /// Within the 20 to 50 microseconds that measured best.
    static let defaultWindowNanoseconds: UInt64 = 30_000
    private static let scoreMax = 16
    /// How many chances are passed over before polling is tried again after bad luck.
    private static let skipsBeforeRetry = 32

    /// Zero never spins.
    let windowNanoseconds: UInt64
    private var score = SpinPolicy.scoreMax / 2
    private var skips = 0

    /// On one processor a spinning thread steals the time of the peer it waits for.
    init(windowNanoseconds: UInt64, processorCount: Int) {
        self.windowNanoseconds = processorCount > 1 ? windowNanoseconds : 0
    }

    /// Called when a pass that handled traffic is over and nothing else is ready.
    mutating func shouldSpin() -> Bool {
        guard windowNanoseconds > 0 else { return false }
        if score > 0 { return true }
        skips += 1
        guard skips >= Self.skipsBeforeRetry else { return false }
        skips = 0
        return true
    }

    mutating func spun(found: Bool) {
        score = found ? min(score + 2, Self.scoreMax) : max(score - 1, 0)
    }
}
