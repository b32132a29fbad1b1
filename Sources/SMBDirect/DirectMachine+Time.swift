extension DirectMachine {
    /// The peer's device has shown that it is there: it acknowledged a message of ours, or its
    /// memory was read. That puts off a question, and gives more time for the answer to one; only
    /// a message is an answer (MS-SMBD 3.1.5.5), because a device goes on acknowledging for a
    /// program that has stopped.
    public mutating func heard() { wasHeard = true }

    /// Looks at the clock (MS-SMBD 3.1.6) and says when to look again. Throws when the peer has
    /// taken too long. A keepalive that became due is what `nextSegment` returns next.
    ///
    /// What is received carries no time: it counts from the tick behind it, so that a busy
    /// connection never asks for the time.
    public mutating func tick(now: UInt64) throws(SMBDirectError) -> UInt64 {
        do throws(SMBDirectError) {
            switch phase {
            case .ended: return .max
            case .idle, .negotiating:
                let deadline = Self.time(heardAt, plus: timing.negotiation)
                guard now < deadline else { throw .negotiationTimeout }
                return deadline
            case .established:
                return min(try tickProbe(now: now), try tickStarvation(now: now))
            }
        } catch {
            phase = .ended
            throw error
        }
    }

    private mutating func tickProbe(now: UInt64) throws(SMBDirectError) -> UInt64 {
        if wasHeard {
            wasHeard = false
            heardAt = now
            probedAt = now
        }
        if probe == .none {
            let due = Self.time(heardAt, plus: timing.idle)
            if now < due { return due }
            probe = .due
            probedAt = now
        }
        let deadline = Self.time(probedAt, plus: timing.response)
        guard now < deadline else { throw .peerSilent }
        return deadline
    }

    private mutating func tickStarvation(now: UInt64) throws(SMBDirectError) -> UInt64 {
        guard isStarved else {
            starvedAt = nil
            return Self.time(now, plus: timing.starvation)
        }
        let since = starvedAt ?? now
        starvedAt = since
        let deadline = Self.time(since, plus: timing.starvation)
        guard now < deadline else { throw .noCreditsGranted }
        return deadline
    }

    private static func time(_ start: UInt64, plus interval: UInt64) -> UInt64 {
        let (sum, overflow) = start.addingReportingOverflow(interval)
        return overflow ? .max : sum
    }
}
