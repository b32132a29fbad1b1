public import SMBMessages

/// The byte-range locks of one stream, and the requests that wait for them.
///
/// MS-FSA 2.1.5.8 (lock), 2.1.5.9 (unlock), 2.1.4.10 (conflicts); MS-SMB2 3.3.5.14.
public struct ByteRangeLocks: Sendable {
    /// Locks held on one stream; more are refused with STATUS_INSUFFICIENT_RESOURCES.
    public static let heldMax = 8192
    /// Requests waiting for locks of one stream.
    public static let waitingMax = 1024

    public struct Lock: Hashable, Sendable {
        public var range: LockRange
        public var isExclusive: Bool
        public var owner: OpenID
    }

    private struct Waiting: Sendable {
        var id: WaiterID
        var lock: Lock
    }

    /// What became of a lock request.
    public enum Outcome: Hashable, Sendable {
        case granted
        /// The range is taken: the waiter is told by `released` when it has the lock.
        case waiting
        case refused(NTStatus)
    }

    public private(set) var held: [Lock] = []
    private var waiting: [Waiting] = []

    public init() {}

    /// True where no read or write can conflict: the only question that the data path asks.
    public var isEmpty: Bool { held.isEmpty }
    public var hasWaiters: Bool { !waiting.isEmpty }

    /// Takes one lock, or waits for it where the client lets it wait.
    public mutating func lock(
        _ range: LockRange,
        exclusive: Bool,
        owner: OpenID,
        waiter: WaiterID?
    ) -> Outcome {
        guard range.isValid else { return .refused(.invalidLockRange) }
        let lock = Lock(range: range, isExclusive: exclusive, owner: owner)
        guard conflicts(with: lock) else {
            guard held.count < Self.heldMax else { return .refused(.insufficientResources) }
            held.append(lock)
            return .granted
        }
        guard let waiter else { return .refused(.lockNotGranted) }
        guard waiting.count < Self.waitingMax else { return .refused(.insufficientResources) }
        waiting.append(Waiting(id: waiter, lock: lock))
        return .waiting
    }

    /// Takes back one lock whose range is exactly this one; an exclusive one first.
    public mutating func unlock(_ range: LockRange, owner: OpenID) -> NTStatus {
        guard range.isValid else { return .invalidLockRange }
        var found: Int?
        for (index, lock) in held.enumerated() where lock.owner == owner && lock.range == range {
            found = index
            if lock.isExclusive { break }
        }
        guard let found else { return .rangeNotLocked }
        held.remove(at: found)
        return .success
    }

    /// Gives up the lock that `lock` granted last for these values: the way back when a later
    /// element of the same request fails.
    mutating func undo(_ range: LockRange, exclusive: Bool, owner: OpenID) {
        let lock = Lock(range: range, isExclusive: exclusive, owner: owner)
        if let index = held.lastIndex(of: lock) { held.remove(at: index) }
    }

    /// Grants what has become free, oldest request first; returns whom to tell.
    public mutating func released() -> [WaiterID] {
        var granted: [WaiterID] = []
        var index = 0
        while index < waiting.count {
            let candidate = waiting[index]
            if held.count < Self.heldMax, !conflicts(with: candidate.lock) {
                held.append(candidate.lock)
                granted.append(candidate.id)
                waiting.remove(at: index)
            } else {
                index += 1
            }
        }
        return granted
    }

    /// Forgets a waiting request; false where it does not wait any more.
    public mutating func cancel(_ waiter: WaiterID) -> Bool {
        guard let index = waiting.firstIndex(where: { $0.id == waiter }) else { return false }
        waiting.remove(at: index)
        return true
    }

    /// Drops every lock of an open that is closed (MS-FSA 2.1.5.5 phase 9); returns its waiting
    /// requests, which fail with STATUS_RANGE_NOT_LOCKED.
    public mutating func close(_ owner: OpenID) -> [WaiterID] {
        held.removeAll { $0.owner == owner }
        let ended = waiting.filter { $0.lock.owner == owner }.map(\.id)
        waiting.removeAll { $0.lock.owner == owner }
        return ended
    }

    /// Whether a read may pass. Shared locks stop nobody from reading; exclusive ones stop others.
    public func allowsRead(_ range: LockRange, by open: OpenID) -> Bool {
        if held.isEmpty || range.length == 0 { return true }
        return !held.contains {
            $0.isExclusive && $0.owner != open && $0.range.overlaps(range)
        }
    }

    /// Whether a write may pass. Shared locks stop everybody, their owner too.
    public func allowsWrite(_ range: LockRange, by open: OpenID) -> Bool {
        if held.isEmpty || range.length == 0 { return true }
        return !held.contains {
            (!$0.isExclusive || $0.owner != open) && $0.range.overlaps(range)
        }
    }

    /// MS-FSA 2.1.4.10 with locking intent: shared ones live together, and an owner may lay a
    /// shared lock over its own exclusive one, never the other way round.
    private func conflicts(with wanted: Lock) -> Bool {
        held.contains { lock in
            guard lock.range.overlaps(wanted.range) else { return false }
            if lock.isExclusive { return lock.owner != wanted.owner || wanted.isExclusive }
            return wanted.isExclusive
        }
    }
}
