public import SMBMessages

/// The answer to an open request.
public enum FileOpenVerdict: Hashable, Sendable {
    case granted(FileOpenGrant, breaks: [CacheBreak])
    /// Try again when the waiter is woken.
    case wait(breaks: [CacheBreak])
    case refused(NTStatus, breaks: [CacheBreak])
}

/// What an open got besides being let in.
public struct FileOpenGrant: Hashable, Sendable {
    /// The oplock's rights, or the whole state of the lease.
    public var caching: Caching
    /// Set where the client asked for a lease.
    public var lease: LeaseGrant?

    /// The parts of the lease context of a response (MS-SMB2 2.2.14.2.10, 2.2.14.2.11).
    public struct LeaseGrant: Hashable, Sendable {
        public var key: UInt128
        /// SMB2_LEASE_FLAG_BREAK_IN_PROGRESS.
        public var isBreaking: Bool
        /// The version that the lease was made with decides the form of the response.
        public var isVersion2: Bool
        public var epoch: UInt16
        public var parentKey: UInt128?

        public init(
            key: UInt128,
            isBreaking: Bool,
            isVersion2: Bool,
            epoch: UInt16,
            parentKey: UInt128? = nil
        ) {
            self.key = key
            self.isBreaking = isBreaking
            self.isVersion2 = isVersion2
            self.epoch = epoch
            self.parentKey = parentKey
        }
    }

    public init(caching: Caching, lease: LeaseGrant? = nil) {
        self.caching = caching
        self.lease = lease
    }
}

extension StreamRecord {
    /// MS-FSA 2.1.5.1.2: delete-pending, sharing and the caches that stand in the way, in the order
    /// in which Windows looks at them. Registers the open when it is let in.
    mutating func admit(
        _ request: FileOpenRequest,
        waiter: WaiterID,
        allowsLeases: Bool,
        serial: inout UInt64
    ) -> FileOpenVerdict {
        if isDeletePending { return .refused(.deletePending, breaks: []) }
        let modes = ShareModes(access: request.access, shareAccess: request.shareAccess)
        let reach = OpenReach(access: request.access)
        let violates = opens.contains { $0.modes.conflicts(with: modes) }
        let result = breakForOpen(request, reach: reach, violates: violates, serial: &serial)
        if result.mustWait {
            guard waiters.count < Self.waitersMax else {
                return .refused(.insufficientResources, breaks: result.breaks)
            }
            waiters.append(waiter)
            return .wait(breaks: result.breaks)
        }
        if violates { return .refused(.sharingViolation, breaks: result.breaks) }
        let grant = grantCaching(request, allowsLeases: allowsLeases)
        opens.append(
            OpenEntry(
                id: request.open,
                modes: modes,
                reach: reach,
                lease: grant.lease != nil ? request.leaseID : nil,
                deletesOnClose: request.deletesOnClose
            )
        )
        return .granted(grant, breaks: result.breaks)
    }

    /// A sharing violation may go away when cached handles are given up; contents that are replaced
    /// make every cache wrong; any other use of the data only ends cached writes.
    private mutating func breakForOpen(
        _ request: FileOpenRequest,
        reach: OpenReach,
        violates: Bool,
        serial: inout UInt64
    ) -> CacheBreaks {
        var keeping: Caching =
            violates ? [.read, .write] : request.replacesContents ? [] : [.read, .handle]
        var waitingFor: Caching = violates ? .handle : .write
        if request.deletesOnClose {
            // Who keeps the file open unseen would keep its name.
            keeping.remove(.handle)
            waitingFor.insert(.handle)
        }
        var result = CacheBreaks()
        for index in grants.indices {
            if case .lease(let id) = grants[index].holder, id == request.leaseID { continue }
            if !request.replacesContents {
                if reach == .attributes { continue }
                if reach == .security, grants[index].isLease { continue }
            }
            revokeAndNote(
                at: index,
                keeping: keeping,
                waitingFor: waitingFor,
                &result,
                &serial
            )
        }
        dropEmptyOplocks()
        return result
    }

    /// MS-FSA 2.1.5.18 for the open about to be registered.
    private mutating func grantCaching(
        _ request: FileOpenRequest,
        allowsLeases: Bool
    ) -> FileOpenGrant {
        switch request.cacheWish {
        case .none:
            return FileOpenGrant(caching: [])
        case .oplock(let wish):
            let state = request.isDirectory ? [] : grantableOplock(wish)
            if !state.isEmpty {
                grants.append(CacheGrant(holder: .oplock(request.open), held: state))
            }
            return FileOpenGrant(caching: state)
        case .lease(let wish):
            // There are no leases on directories.
            guard allowsLeases, !request.isDirectory else { return FileOpenGrant(caching: []) }
            return grantLease(wish.state.grantable, wish)
        }
    }

    private func grantableOplock(_ wish: Caching) -> Caching {
        var state = wish.grantable
        // Opens that only look at attributes do not count as users of the data.
        if opens.contains(where: { $0.reach != .attributes }) { state.formIntersection(.read) }
        for grant in grants {
            if grant.held.contains(.write) { return [] }
            // An oplock and a lease that caches handles do not live together.
            if grant.isLease, grant.held.contains(.handle) { return [] }
            if !grant.held.isEmpty { state.formIntersection(.read) }
        }
        if !state.contains(.write), !locks.isEmpty { return [] }
        return state
    }

    private mutating func grantLease(
        _ wish: Caching,
        _ context: FileOpenRequest.LeaseWish
    ) -> FileOpenGrant {
        let state = grantableLease(wish, id: context.id)
        let index: Int
        if let known = grantIndex(.lease(context.id)) {
            index = known
            // A lease only grows, and to all that is asked for or not at all.
            let isUpgrade = state == wish && wish.isStrictSuperset(of: grants[known].held)
            if isUpgrade, !grants[known].isBreaking {
                grants[known].held = state
                grants[known].epoch &+= 1
            }
        } else {
            index = grants.count
            var grant = CacheGrant(holder: .lease(context.id), held: state)
            grant.isVersion2 = context.isVersion2
            grant.epoch = context.epoch &+ 1
            grant.parentKey = context.parentKey
            grants.append(grant)
        }
        let grant = grants[index]
        return FileOpenGrant(caching: grant.held, lease: grant.leaseGrant)
    }

    private func grantableLease(_ wish: Caching, id: LeaseID) -> Caching {
        var state = wish
        for other in opens where other.lease != id && other.reach == .data {
            state.remove(.write)
        }
        for grant in grants where grant.holder != .lease(id) {
            if grant.held.contains(.write) { return [] }
            if !grant.isLease { state.remove(.handle) }
            if !grant.held.isEmpty { state.remove(.write) }
        }
        if !state.contains(.write), !locks.isEmpty { return [] }
        return state
    }
}
