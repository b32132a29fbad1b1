import FileStore
import SMBMessages
import SMBState
import Wire

/// What makes a CREATE repeatable and its open durable (MS-SMB2 3.3.5.9, 3.3.5.9.6, 3.3.5.9.10).
extension CreateAttempt {
    private var durables: DurableOpens { shard.server.durables }

    /// What names the CREATE, where its client wants to be able to repeat it.
    private var name: DurableTable.CreateName? {
        guard case .requestV2(let wish) = plan.durable,
            request.session?.isAuthenticatedUser == true,
            let client = request.connection.negotiation?.clientGUID
        else { return nil }
        return .init(client: client.rawValue, createGUID: wish.createGUID.rawValue)
    }

    /// Notes that the CREATE is at work. Where it was done before, the open that it made.
    func begin() throws(NTStatus) -> Open? {
        guard let name, let session = request.session else { return nil }
        var leaseKey: UInt128?
        if case .lease(let wish) = plan.cacheWish { leaseKey = wish.id.key }
        let verdict = durables.withTable {
            $0.beginCreate(
                name,
                isReplay: request.header.flags.contains(.replay),
                user: session.userName,
                session: session.sessionID,
                leaseKey: leaseKey
            )
        }
        switch verdict {
        case .proceed: return nil
        case .refused(let status): throw status
        case .repeated(let openID):
            guard let open = shard.opens[openID], open.tree === tree else {
                throw .fileNotAvailable
            }
            return open
        }
    }

    /// The CREATE came to nothing.
    func giveUp() {
        guard let name else { return }
        durables.withTable { $0.endCreate(name) }
    }

    /// The answer that was lost, as far as it is still true. The client is told of no more caching
    /// than it asks for this time, as Windows has it.
    func repeated(_ open: Open) throws(NTStatus) -> CreateResponse {
        guard let file = open.file else { throw .fileClosed }
        let metadata = try file.metadata()
        let held = shard.server.files.withTable { $0.caching(of: open.openID) }
        var caching = held ?? OpenCaching(held: [], isBreaking: false)
        if caching.lease == nil {
            let asked = Caching(oplockLevel: plan.message.requestedOplock.rawValue)
            caching.held.formIntersection(asked)
        }
        return CreateResponse(
            open,
            metadata,
            action: open.createAction,
            caching: caching,
            contexts: contexts(open, metadata, caching, isNew: false)
        )
    }

    /// Notes what the new open can be had again by.
    func register(_ open: Open, _ metadata: FileMetadata, _ caching: OpenCaching) {
        guard plan.durable != .none, let session = request.session, session.isAuthenticatedUser,
            !metadata.isDirectory, let negotiation = request.connection.negotiation
        else { return giveUp() }
        let data: AccessMask = [.readData, .execute, .writeData, .appendData, .delete]
        let isReplayEligible = name != nil && !open.grantedAccess.isDisjoint(with: data)
        let isDurable = caching.keepsHandle
        if isDurable { open.durableTimeoutMilliseconds = plan.durableTimeout(limits) }
        open.isReplayEligible = isReplayEligible
        let entry = DurableOpen(
            open: open.openID,
            client: negotiation.clientGUID.rawValue,
            user: session.userName,
            createGUID: name?.createGUID,
            lease: caching.lease.map { .init(key: $0.key, isVersion2: $0.isVersion2) },
            fileName: CreateReconnect.fileName(plan.message.name, on: tree.share),
            deletesOnClose: plan.message.options.contains(.deleteOnClose),
            isDurable: isDurable,
            session: session.sessionID,
            shard: shard.index
        )
        durables.withTable { $0.add(entry, isReplayEligible: isReplayEligible) }
    }

    private var limits: ServerLimits { request.connection.limits }

    /// MS-SMB2 2.2.14.2.3, 2.2.14.2.12: the consent, where the client still holds what durability
    /// rests on.
    func durableContext(_ open: Open, _ caching: OpenCaching) -> CreateContext? {
        guard let timeout = open.durableTimeoutMilliseconds, caching.keepsHandle else {
            return nil
        }
        switch plan.durable {
        case .request: return DurableHandle.response
        case .requestV2: return DurableV2Response(timeoutMilliseconds: timeout).context
        default: return nil
        }
    }
}

extension CreatePlan {
    /// How long a durable open is kept without its client: what was asked for, within limits.
    func durableTimeout(_ limits: ServerLimits) -> UInt32 {
        guard case .requestV2(let wish) = durable, wish.timeoutMilliseconds != 0 else {
            return limits.durableTimeoutMilliseconds
        }
        return min(wish.timeoutMilliseconds, limits.durableTimeoutMillisecondsMax)
    }
}
