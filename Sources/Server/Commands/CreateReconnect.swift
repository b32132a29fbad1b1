import FileStore
import SMBMessages
import SMBState
import Wire

/// A CREATE that takes up an open of a session that is gone (MS-SMB2 3.3.5.9.7, 3.3.5.9.12).
struct CreateReconnect {
    let request: Request
    let tree: TreeConnect
    let claim: DurableClaim

    /// Nil for a CREATE that means to open something.
    init?(_ message: CreateRequest, _ request: Request, _ tree: TreeConnect) throws {
        guard let negotiation = request.connection.negotiation, let session = request.session
        else { return nil }
        let intent = try DurableIntent(message.contexts, dialect: negotiation.dialect)
        guard intent.isReconnect else { return nil }
        self.request = request
        self.tree = tree
        let fileID: FileID
        var createGUID: UInt128?
        var wantsPersistent = false
        switch intent {
        case .reconnect(let known): fileID = known
        case .reconnectV2(let context):
            fileID = context.fileID
            createGUID = context.createGUID.rawValue
            wantsPersistent = context.flags.contains(.persistent)
        default: return nil
        }
        var lease: DurableOpen.Lease?
        if let data = message.contexts.data(of: .lease) {
            let context = try LeaseContext(data: data)
            lease = DurableOpen.Lease(
                key: context.key.rawValue,
                isVersion2: context.v2 != nil && negotiation.is3x
            )
        }
        claim = DurableClaim(
            open: OpenID(fileID.persistent),
            client: negotiation.clientGUID.rawValue,
            user: session.userName,
            session: session.sessionID,
            createGUID: createGUID,
            wantsPersistent: wantsPersistent,
            lease: lease,
            fileName: Self.fileName(message.name, on: tree.share)
        )
    }

    /// A file's name as the client spelt it, without regard to case, of one share.
    static func fileName(_ name: String, on share: Share) -> String {
        "\(share.name)\\\(name)".uppercased()
    }

    func handle(_ writer: inout WireWriter) throws -> Connection.Result {
        if request.session?.isDemoted == true { throw NTStatus.accessDenied }
        let shard = request.connection.requireShard
        let known = shard.server.durables.withTable { $0.home(of: claim.open) }
        guard let known else { throw NTStatus.objectNameNotFound }
        let home = shard.server.shards[known]
        // Before anything is claimed: there may be no room to wait.
        try request.suspend(.brief)
        if home !== shard {
            fetch(from: home, to: shard)
            return .waiting
        }
        var isImmediate = true
        var outcome: Result<Open, NTStatus>?
        shard.claim(claim, of: tree.share.name) { result in
            if isImmediate { outcome = result } else { finish(result) }
        }
        isImmediate = false
        guard let outcome else { return .waiting }
        request.unsuspend()
        try takeUp(outcome.get()).encode(to: &writer)
        return .answered
    }

    /// The open lives on another thread: it comes here first.
    private func fetch(from home: Shard, to shard: Shard) {
        nonisolated(unsafe) let waiting = self
        home.post { home in
            // Not before it has heard what its connections have to say, such as that they are lost.
            home.post { home in unsafe waiting.claim(at: home, for: shard) }
        }
    }

    private func claim(at home: Shard, for shard: Shard) {
        nonisolated(unsafe) let waiting = self
        home.claim(claim, of: tree.share.name) { result in
            switch result {
            case .failure(let status):
                shard.post { _ in unsafe waiting.finish(.failure(status)) }
            case .success(let open):
                home.handOver(open, to: shard) { open in unsafe waiting.finish(.success(open)) }
            }
        }
    }

    private func finish(_ result: Result<Open, NTStatus>) {
        guard !request.connection.isClosed else {
            if case .success(let open) = result { open.shard?.keepWaiting(open) }
            return request.resume(failing: .cancelled)
        }
        request.resume { writer throws in
            try takeUp(result.get()).encode(to: &writer)
            return .success
        }
    }

    /// Puts the open into the session and answers as if it had been opened just now.
    private func takeUp(_ open: Open) throws -> CreateResponse {
        let shard = request.connection.requireShard
        guard let session = request.session, !session.isClosed, !open.isClosed,
            session.tree(tree.treeID) === tree, let file = open.file, open.join(tree)
        else {
            shard.keepWaiting(open)
            throw NTStatus.objectNameNotFound
        }
        open.channelSequence.restart(at: request.header.channelSequence)
        request.createdFileID = open.fileID
        let caching = shard.server.files.withTable { $0.caching(of: open.openID) }
        return CreateResponse(
            open,
            try file.metadata(),
            action: .opened,
            caching: caching ?? OpenCaching(held: [], isBreaking: false)
        )
    }
}

extension CreateResponse {
    /// What every answer to a CREATE tells of a file, with the lease if there is one.
    init(
        _ open: Open,
        _ metadata: FileMetadata,
        action: CreateAction,
        caching: OpenCaching,
        contexts: [CreateContext] = []
    ) {
        var level = OplockLevel(rawValue: caching.held.oplockLevel)
        var all = contexts
        if let lease = caching.lease {
            level = .lease
            all.append(lease.context(state: caching.held))
        }
        self.init(
            oplock: level,
            isReparsePoint: metadata.reparseTag != 0,
            action: action,
            creationTime: metadata.creationTime,
            lastAccessTime: metadata.lastAccessTime,
            lastWriteTime: metadata.lastWriteTime,
            changeTime: metadata.changeTime,
            allocationSize: metadata.allocationSize,
            endOfFile: metadata.endOfFile,
            attributes: metadata.attributes,
            fileID: open.fileID,
            contexts: all
        )
    }
}

extension FileOpenGrant.LeaseGrant {
    /// MS-SMB2 2.2.14.2.10, 2.2.14.2.11.
    func context(state: Caching) -> CreateContext {
        var flags: LeaseFlags = isBreaking ? .breakInProgress : []
        if parentKey != nil { flags.insert(.parentKeySet) }
        return LeaseContext(
            key: GUID(rawValue: key),
            state: LeaseState(rawValue: state.rawValue),
            flags: flags,
            v2: isVersion2
                ? .init(parentKey: GUID(rawValue: parentKey ?? 0), epoch: epoch) : nil
        ).context
    }
}
