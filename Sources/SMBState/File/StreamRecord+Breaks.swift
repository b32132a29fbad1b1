/// What an operation sets off: notifications to send, and whether it has to wait for answers.
public struct CacheBreaks: Hashable, Sendable {
    public var breaks: [CacheBreak] = []
    /// The operation must not go on before the holders have answered: it is tried again when its
    /// waiter is woken.
    public var mustWait = false

    public init(breaks: [CacheBreak] = [], mustWait: Bool = false) {
        self.breaks = breaks
        self.mustWait = mustWait
    }
}

extension StreamRecord {
    /// Takes everything but `keeping` from one grant; returns the notification that this takes, if
    /// any. A grant that is breaking already is only marked: it is told after it has answered.
    mutating func revoke(
        at index: Int,
        keeping: Caching,
        serial: inout UInt64
    ) -> CacheBreak? {
        if let announced = grants[index].breakingTo {
            let least = (grants[index].limit ?? announced).intersection(keeping).grantable
            if least != announced { grants[index].limit = least }
            return nil
        }
        let held = grants[index].held
        var target = held.intersection(keeping)
        guard target != held else { return nil }
        // An oplock falls back to level II or to nothing (MS-SMB2 2.2.23.1).
        target = grants[index].isLease ? target.grantable : target.intersection(.levelII)
        grants[index].epoch &+= 1
        return announce(at: index, target: target, serial: &serial)
    }

    /// Starts a break; one that needs no answer is done at once.
    private mutating func announce(
        at index: Int,
        target: Caching,
        serial: inout UInt64
    ) -> CacheBreak {
        serial &+= 1
        let held = grants[index].held
        let needsAcknowledgment = held.breakNeedsAcknowledgment
        grants[index].serial = serial
        if needsAcknowledgment {
            grants[index].breakingTo = target
        } else {
            grants[index].held = target
        }
        return CacheBreak(
            target: breakTarget(of: grants[index]),
            from: held,
            to: target,
            needsAcknowledgment: needsAcknowledgment,
            epoch: grants[index].isVersion2 ? grants[index].epoch : 0,
            serial: serial
        )
    }

    private func breakTarget(of grant: CacheGrant) -> CacheBreak.Target {
        switch grant.holder {
        case .oplock(let open): .oplock(open)
        case .lease(let id): .lease(id, via: anyOpen(of: id) ?? OpenID(0))
        }
    }

    /// The break of one grant is over, by its holder's word or by time: it holds `state` now.
    /// Where more was taken meanwhile, the next break follows, and nobody is woken before it ends.
    mutating func settle(
        at index: Int,
        state: Caching,
        serial: inout UInt64
    ) -> (next: CacheBreak?, woken: [WaiterID]) {
        let limit = grants[index].limit
        grants[index].held = state
        grants[index].breakingTo = nil
        grants[index].limit = nil
        var next: CacheBreak?
        if let limit, !limit.isSuperset(of: state) {
            // A client gives up its handles and writes before it gives up reading.
            let target: Caching = state.breakNeedsAcknowledgment ? .read : limit
            next = announce(at: index, target: target, serial: &serial)
            if grants[index].isBreaking, target != limit { grants[index].limit = limit }
        }
        let isBreaking = grants[index].isBreaking
        dropEmptyOplocks()
        return (next, isBreaking ? [] : takeWaiters())
    }

    /// An oplock of nothing is none; a lease of nothing lives as long as its opens.
    mutating func dropEmptyOplocks() {
        grants.removeAll { !$0.isLease && $0.held.isEmpty && !$0.isBreaking }
    }

    /// MS-FSA 2.1.4.12 for WRITE, LOCK_CONTROL, and changes of size: nobody's cached reads survive
    /// them, level II of the writer itself included; a lease survives the writes of its own opens.
    mutating func breakForChange(by open: OpenID, serial: inout UInt64) -> CacheBreaks {
        let lease = entry(open)?.lease
        var result = CacheBreaks()
        for index in grants.indices {
            switch grants[index].holder {
            case .oplock(let owner):
                if owner == open, grants[index].held.contains(.write) { continue }
            case .lease(let id):
                if id == lease { continue }
            }
            revokeAndNote(at: index, keeping: [], waitingFor: .write, &result, &serial)
        }
        dropEmptyOplocks()
        return result
    }

    /// MS-FSA 2.1.4.12 for a new name, a link or a deletion: others' cached handles must go first.
    mutating func breakForNameChange(by open: OpenID, serial: inout UInt64) -> CacheBreaks {
        let lease = entry(open)?.lease
        var result = CacheBreaks()
        for index in grants.indices where !isOwn(grants[index], open: open, lease: lease) {
            revokeAndNote(
                at: index,
                keeping: [.read, .write],
                waitingFor: .handle,
                &result,
                &serial
            )
        }
        dropEmptyOplocks()
        return result
    }

    private func isOwn(_ grant: CacheGrant, open: OpenID, lease: LeaseID?) -> Bool {
        switch grant.holder {
        case .oplock(let owner): owner == open
        case .lease(let id): id == lease
        }
    }

    /// Revokes, and waits where the client may go on using what stands in the way.
    mutating func revokeAndNote(
        at index: Int,
        keeping: Caching,
        waitingFor: Caching,
        _ result: inout CacheBreaks,
        _ serial: inout UInt64
    ) {
        if let notification = revoke(at: index, keeping: keeping, serial: &serial) {
            result.breaks.append(notification)
        }
        if grants[index].isBreaking, !grants[index].held.isDisjoint(with: waitingFor) {
            result.mustWait = true
        }
    }
}
