/// Everything that the opens of one stream have to know of each other.
struct StreamRecord: Sendable {
    /// Requests of other clients that may wait for one stream.
    static let waitersMax = 1024

    let name: String?
    let gate = DataGate()
    var opens: [OpenEntry] = []
    var grants: [CacheGrant] = []
    var locks = ByteRangeLocks()
    var waiters: [WaiterID] = []
    var isDeletePending = false

    init(name: String?) { self.name = name }

    func entry(_ open: OpenID) -> OpenEntry? { opens.first { $0.id == open } }

    func grantIndex(_ holder: CacheGrant.Holder) -> Int? {
        grants.firstIndex { $0.holder == holder }
    }

    /// The first open of a lease, or the oplock's own: where a break is addressed to.
    func anyOpen(of lease: LeaseID) -> OpenID? { opens.first { $0.lease == lease }?.id }

    /// Everybody who waits tries again.
    mutating func takeWaiters() -> [WaiterID] {
        defer { waiters.removeAll() }
        return waiters
    }

    /// Recomputes what the data path has to look out for.
    func updateGate() {
        var flags: UInt32 = 0
        if !locks.isEmpty { flags |= DataGate.locks }
        if grants.contains(where: isDisturbedByWrites) { flags |= DataGate.cachedReads }
        gate.set(flags)
    }

    /// Whether a write by some present open takes this cache away. Level II goes with any write,
    /// the holder's too; a lease goes with the writes of others.
    private func isDisturbedByWrites(_ grant: CacheGrant) -> Bool {
        guard grant.held.contains(.read) else { return false }
        switch grant.holder {
        case .oplock(let owner):
            if !grant.held.contains(.write) { return true }
            return opens.contains { $0.id != owner && $0.modes.uses.contains(.write) }
        case .lease(let id):
            return opens.contains { $0.lease != id && $0.modes.uses.contains(.write) }
        }
    }
}
