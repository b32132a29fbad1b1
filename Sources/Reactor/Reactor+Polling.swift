internal import CSystem

extension Reactor {
    /// With more handlers than this, looking at each costs more than being told by the kernel.
    static let pollersMax = 8
    /// Looks in vain, the processor being offered to others between them, before the thread sleeps.
    /// On one processor this is all: an offer that the peer does not take costs as much as half of
    /// a sleep, and schedulers hand out time, not turns, so that many are not taken.
    static let vainLooksMax = 2
    /// Passes without a look at the descriptors, while memory has work again and again.
    static let passesWithoutDescriptors = 16

    /// Passes in which nobody is asked, after there were too many to ask.
    static let passesWhenCrowded = 1024

    /// Has `handler` asked for work until the thread runs out of it; then `endPolling` is called.
    /// False where the thread does not poll: the kernel is to tell.
    public func startPolling(_ handler: any PollingHandler) -> Bool {
        guard clock == nil, crowdedPasses == 0 else { return false }
        guard pollers.count < Self.pollersMax else {
            crowdedPasses = Self.passesWhenCrowded
            return false
        }
        pollers.append(handler)
        return true
    }

    /// Forgets a handler without another word.
    public func stopPolling(_ handler: any PollingHandler) {
        pollers.removeAll { $0 === handler }
    }

    /// Looks into memory until there is something to do, for as long as it is likely to come soon.
    /// False when the thread may as well sleep.
    func pollMemory() -> Bool {
        var deadline: UInt64 = 0
        var looks = 0
        while true {
            if lookIntoMemory() || hasWork { return true }
            looks += 1
            if looks >= Self.vainLooksMax {
                guard spin.windowNanoseconds > 0 else { break }
                let current = csystem_monotonic_nanoseconds()
                if deadline == 0 { deadline = current + spin.windowNanoseconds }
                if current >= deadline { break }
            }
            // The peer may be on this machine, and need this processor to answer.
            csystem_yield_processor()
        }
        endPolling()
        return hasWork
    }

    private func endPolling() {
        while let handler = pollers.popLast() { handler.endPolling() }
    }

    /// With many in use at once, the kernel tells of all: one call brings the events of many.
    func avoidCrowd() {
        guard crowdedPasses > 0 else { return }
        crowdedPasses -= 1
        endPolling()
    }

    private func lookIntoMemory() -> Bool {
        var found = false
        // A handler may leave, and others with it, while it works.
        var position = pollers.count - 1
        while position >= 0 {
            if position < pollers.count, pollers[position].poll() { found = true }
            position -= 1
        }
        return found
    }
}
