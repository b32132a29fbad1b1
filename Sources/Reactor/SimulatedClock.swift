internal import Glibc

/// A clock that goes only when it is told to, for reactors without a thread.
///
/// Used on the one thread that drives them.
public final class SimulatedClock: @unchecked Sendable {
    public private(set) var now: UInt64

    /// `now` is not zero, as no real clock's reading is.
    public init(now: UInt64 = 1_000_000_000) { self.now = now }

    /// Moves on to a later time.
    public func advance(to time: UInt64) {
        precondition(time >= now, "a clock does not go back")
        now = time
    }
}

extension Reactor {
    /// Does what a thread would do in one pass: mail, timers that are due, the ends of passes.
    /// Descriptors are not looked at. Returns whether there was anything.
    ///
    /// For reactors with a simulated clock, which have no thread of their own.
    public func step() -> Bool {
        guard let clock else { preconditionFailure("this reactor has a thread") }
        now = clock.now
        let hadWork = hasWork
        readMail()
        var hadTimer = false
        while let fire = timers.popExpired(at: now) {
            hadTimer = true
            fire()
        }
        runPassHandlers()
        return hadWork || hadTimer
    }

    /// When the next timer is due.
    public var nextDeadline: UInt64? { timers.nextDeadline }

    /// Lets go of all that waits, as the end of a thread would.
    public func abandon() {
        precondition(clock != nil, "this reactor has a thread")
        letGo()
    }
}
