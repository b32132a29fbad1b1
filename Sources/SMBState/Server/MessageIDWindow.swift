/// Which message ids a client may still use, and how many more it gets.
///
/// MS-SMB2 3.3.1.1 (CommandSequenceWindow) and 3.3.1.2 (granting). The window is a ring of bits
/// from the lowest id that has not arrived to the highest that was granted; its span never exceeds
/// `creditsMax`, so a client that skips an id cannot make it grow.
public struct MessageIDWindow: Sendable {
    /// Ids between the lowest unused and the highest granted; also the credits a client can hold.
    public static let creditsMaxDefault = 8192
    /// What a client may hold before it has authenticated: enough to set up a session, and to ask
    /// for the rest with its last step.
    public static let creditsMaxBeforeAuthentication = 512

    /// The lowest id that may still arrive.
    public private(set) var lowest: UInt64 = 0
    /// One past the highest id granted.
    public private(set) var end: UInt64 = 1
    /// Ids granted and not yet used: the credits that the client holds.
    public private(set) var available = 1
    public let creditsMax: Int
    /// The limit in force; smaller than `creditsMax` until the connection has authenticated.
    private var spanLimit: Int
    /// One bit for each id modulo `creditsMax`, set when the id has arrived.
    private var used: [UInt64]

    public init(creditsMax: Int = Self.creditsMaxDefault) {
        precondition(creditsMax > 0)
        self.creditsMax = creditsMax
        spanLimit = min(creditsMax, Self.creditsMaxBeforeAuthentication)
        used = [UInt64](repeating: 0, count: (creditsMax + 63) / 64)
    }

    /// Lifts the limit that holds before authentication.
    public mutating func authenticated() { spanLimit = creditsMax }

    /// MS-SMB2 3.3.5.2.3. Takes `charge` consecutive ids out of the window; a charge of zero takes
    /// one, as clients without multi-credit support send it. CANCEL consumes nothing and is not
    /// passed here. False where an id was used before or was never granted: the connection is
    /// dropped.
    public mutating func consume(messageID: UInt64, charge: Int = 1) -> Bool {
        let count = UInt64(max(charge, 1))
        let (rangeEnd, overflow) = messageID.addingReportingOverflow(count)
        guard !overflow, messageID >= lowest, rangeEnd <= end else { return false }
        var id = messageID
        while id < rangeEnd {
            if isUsed(id) { return false }
            id += 1
        }
        id = messageID
        while id < rangeEnd {
            setUsed(id, true)
            id += 1
        }
        available -= Int(count)
        while lowest < end, isUsed(lowest) {
            setUsed(lowest, false)
            lowest += 1
        }
        return true
    }

    /// MS-SMB2 3.3.4.1.2. The credits for a response, which widen the window at once: what the
    /// client asks for as far as the span allows, and at least one where it would hold none.
    public mutating func grant(requested: UInt16) -> UInt16 {
        let span = Int(end - lowest)
        let room = max(0, spanLimit - span)
        var granted = min(Int(requested), room)
        // With no id left the span is empty, so there is room for one.
        if available == 0 { granted = max(granted, 1) }
        let (newEnd, overflow) = end.addingReportingOverflow(UInt64(granted))
        guard !overflow else { return 0 }
        end = newEnd
        available += granted
        return UInt16(clamping: granted)
    }

    private func isUsed(_ id: UInt64) -> Bool {
        let bit = Int(id % UInt64(creditsMax))
        return used[bit / 64] & (1 << UInt64(bit % 64)) != 0
    }

    private mutating func setUsed(_ id: UInt64, _ value: Bool) {
        let bit = Int(id % UInt64(creditsMax))
        let mask: UInt64 = 1 << UInt64(bit % 64)
        if value { used[bit / 64] |= mask } else { used[bit / 64] &= ~mask }
    }
}
