import SMBMessages

extension ByteRangeLocks {
    /// MS-SMB2 2.2.26.1. The four flags of one element, as they arrive.
    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let shared = Flags(rawValue: 0x01)
        public static let exclusive = Flags(rawValue: 0x02)
        public static let unlock = Flags(rawValue: 0x04)
        public static let failImmediately = Flags(rawValue: 0x10)
    }

    /// One element of a LOCK request.
    public struct Element: Hashable, Sendable {
        public var range: LockRange
        public var flags: Flags

        public init(range: LockRange, flags: Flags) {
            self.range = range
            self.flags = flags
        }
    }

    /// The outcome of a whole LOCK request, and the waiting requests that it let through.
    public struct Result: Hashable, Sendable {
        public var outcome: Outcome
        public var granted: [WaiterID]
    }

    /// MS-SMB2 3.3.5.14. The first element decides whether the request locks or unlocks. Unlocks
    /// that were done stay done when a later one fails; locks are given back.
    public mutating func apply(
        _ elements: [Element],
        owner: OpenID,
        waiter: WaiterID
    ) -> Result {
        guard let first = elements.first else {
            return Result(outcome: .refused(.invalidParameter), granted: [])
        }
        if first.flags.contains(.unlock) { return applyUnlocks(elements, owner: owner) }
        return applyLocks(elements, owner: owner, waiter: waiter)
    }

    private mutating func applyUnlocks(_ elements: [Element], owner: OpenID) -> Result {
        var status = NTStatus.success
        for element in elements {
            status =
                element.flags == .unlock
                ? unlock(element.range, owner: owner)
                : .invalidParameter
            if status != .success { break }
        }
        let outcome: Outcome = status == .success ? .granted : .refused(status)
        return Result(outcome: outcome, granted: released())
    }

    private mutating func applyLocks(
        _ elements: [Element],
        owner: OpenID,
        waiter: WaiterID
    ) -> Result {
        for element in elements {
            let kind = element.flags.subtracting(.failImmediately)
            let isKnown = kind == .shared || kind == .exclusive
            // Only a single element may wait (MS-SMB2 3.3.5.14.2).
            guard isKnown, elements.count == 1 || element.flags.contains(.failImmediately) else {
                return Result(outcome: .refused(.invalidParameter), granted: [])
            }
        }
        for (index, element) in elements.enumerated() {
            let outcome = lock(
                element.range,
                exclusive: element.flags.contains(.exclusive),
                owner: owner,
                waiter: element.flags.contains(.failImmediately) ? nil : waiter
            )
            switch outcome {
            case .granted: continue
            case .waiting: return Result(outcome: .waiting, granted: [])
            case .refused:
                for done in elements[..<index] {
                    undo(done.range, exclusive: done.flags.contains(.exclusive), owner: owner)
                }
                return Result(outcome: outcome, granted: released())
            }
        }
        return Result(outcome: .granted, granted: [])
    }
}
