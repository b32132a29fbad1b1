import FileStore
import SMBMessages
import SMBState
import Wire

/// One try of a CREATE: it ends in an open, an error, or in having to wait for another client.
struct CreateAttempt {
    let request: Request
    let tree: TreeConnect
    let store: any FileStore
    let plan: CreatePlan

    enum Outcome {
        case opened(Open, CreateResponse)
        case wait(WaiterID, FileKey)
    }

    var shard: Shard { request.connection.requireShard }

    func run() throws -> Outcome {
        if let existing = try store.metadata(
            at: plan.path,
            opensReparsePoint: plan.options.contains(.reparsePoint)
        ) {
            return try openExisting(existing)
        }
        guard plan.disposition.creates else { throw NTStatus.objectNameNotFound }
        return try createNew()
    }

    // MARK: A file that is there

    private func openExisting(_ existing: FileMetadata) throws -> Outcome {
        try check(existing)
        let granted = try grant(on: existing)
        let openID = shard.server.files.makeOpenID(on: shard)
        let waiter = shard.server.files.makeWaiterID(on: shard)
        let key = FileKey(device: existing.identity.device, inode: existing.identity.inode)
        let wish = fileOpenRequest(openID, existing.identity, granted, existing.isDirectory)
        let verdict = shard.server.files.withTable { $0.open(key, wish, waiter: waiter) }
        switch verdict {
        case .wait(let breaks):
            shard.notify(breaks)
            return .wait(waiter, key)
        case .refused(let status, let breaks):
            shard.notify(breaks)
            throw status
        case .granted(let grant, let breaks):
            shard.notify(breaks)
            do {
                var result = try store.open(storeRequest(granted))
                result.metadata.security = existing.security
                guard result.metadata.identity.inode == existing.identity.inode else {
                    // Somebody outside put another file in its place meanwhile.
                    result.file.close()
                    throw NTStatus.sharingViolation
                }
                return try finish(result, openID, granted, grant)
            } catch {
                withdraw(openID)
                throw error
            }
        }
    }

    /// Takes an open that came to nothing out of the table.
    private func withdraw(_ openID: OpenID) {
        let closed = shard.server.files.withTable {
            $0.close(openID, honorsDeleteOnClose: false)
        }
        shard.wake(closed.woken)
        shard.wake(closed.lockedNow)
    }

    /// MS-FSA 2.1.5.1.2: what an existing file refuses whoever asks.
    private func check(_ existing: FileMetadata) throws(NTStatus) {
        if plan.disposition == .create { throw .objectNameCollision }
        let isStream = plan.path.stream != nil
        if !isStream {
            if existing.isDirectory {
                if plan.options.contains(.nonDirectory) || plan.path.demand == .data {
                    throw plan.options.contains(.directory) ? .notADirectory : .fileIsADirectory
                }
                if plan.disposition.replaces { throw .objectNameCollision }
            } else if plan.options.contains(.directory) || plan.path.demand == .directory {
                throw .notADirectory
            }
        } else if plan.options.contains(.directory) {
            throw .notADirectory
        }
        let isReadOnly = existing.attributes.contains(.readOnly)
        if isReadOnly, !existing.isDirectory {
            if plan.disposition.replaces { throw .accessDenied }
            if !plan.desiredAccess.isDisjoint(with: [.writeData, .appendData]) {
                throw .accessDenied
            }
        }
        if isReadOnly, plan.message.options.contains(.deleteOnClose) { throw .cannotDelete }
        if plan.disposition.replaces {
            // Hidden and system files are replaced only by ones that are so too.
            for attribute in [FileAttributes.hidden, .system]
            where existing.attributes.contains(attribute)
                && !plan.message.attributes.contains(attribute)
            {
                throw .accessDenied
            }
            if tree.share.isReadOnly { throw .accessDenied }
        }
    }

    // MARK: A new file

    private func createNew() throws -> Outcome {
        guard !tree.share.isReadOnly else { throw NTStatus.accessDenied }
        if plan.message.attributes.contains(.readOnly),
            plan.message.options.contains(.deleteOnClose)
        {
            throw NTStatus.cannotDelete
        }
        let granted = try grantOnNew()
        if case .lease(let wish) = plan.cacheWish,
            shard.server.files.withTable({ $0.knowsLease(wish.id) })
        {
            throw NTStatus.invalidParameter
        }
        let result = try store.open(storeRequest(granted))
        let openID = shard.server.files.makeOpenID(on: shard)
        let identity = result.metadata.identity
        let key = FileKey(device: identity.device, inode: identity.inode)
        let wish = fileOpenRequest(openID, identity, granted, result.metadata.isDirectory)
        let verdict = shard.server.files.withTable { $0.open(key, wish, waiter: WaiterID(0)) }
        switch verdict {
        case .granted(let grant, let breaks):
            shard.notify(breaks)
            return try finish(result, openID, granted, grant)
        case .refused(let status, let breaks):
            shard.notify(breaks)
            result.file.close()
            throw status
        case .wait(let breaks):
            // Another client opened the new file before we could: it is an existing one now.
            shard.notify(breaks)
            _ = shard.server.files.withTable { $0.cancel(WaiterID(0), file: key) }
            result.file.close()
            throw NTStatus.sharingViolation
        }
    }

    // MARK: Pieces

    private func fileOpenRequest(
        _ openID: OpenID,
        _ identity: FileIdentity,
        _ granted: AccessMask,
        _ isDirectory: Bool
    ) -> FileOpenRequest {
        FileOpenRequest(
            open: openID,
            stream: identity.stream,
            access: granted.rawValue,
            shareAccess: plan.message.shareAccess.rawValue,
            replacesContents: plan.disposition.replaces,
            deletesOnClose: plan.message.options.contains(.deleteOnClose),
            isDirectory: isDirectory,
            cacheWish: plan.cacheWish
        )
    }

    private func storeRequest(_ granted: AccessMask) -> StoreOpenRequest {
        StoreOpenRequest(
            path: plan.path,
            disposition: plan.disposition,
            access: plan.storeAccess(granted),
            options: plan.options,
            attributes: plan.message.attributes,
            allocationSize: plan.allocationSize,
            extendedAttributes: plan.extendedAttributes,
            securityDescriptor: plan.securityDescriptor,
            token: request.session?.token,
            mode: plan.mode
        )
    }

    private func finish(
        _ result: StoreOpenResult,
        _ openID: OpenID,
        _ granted: AccessMask,
        _ grant: FileOpenGrant
    ) throws -> Outcome {
        guard let session = request.session else { throw NTStatus.userSessionDeleted }
        let gate = shard.server.files.withTable { $0.gate(of: openID) }
        let open = session.opens.insert { handle in
            Open(
                fileID: FileID(persistent: openID.rawValue, volatile: handle),
                openID: openID,
                target: .file(result.file),
                tree: tree,
                grantedAccess: granted,
                shareAccess: plan.message.shareAccess,
                createOptions: plan.message.options,
                gate: gate,
                dataPath: shard.server.configuration.alwaysUsesFileThreads
                    ? .slow : DataPath(descriptor: result.file.descriptor)
            )
        }
        guard let open else {
            result.file.close()
            withdraw(openID)
            throw NTStatus.insufficientResources
        }
        shard.opens[openID] = open
        let indexPath = Open.indexPath(of: result.file.path, on: tree.share)
        shard.server.files.withTable { $0.setPath(indexPath, of: openID) }
        let caching = OpenCaching(
            held: grant.caching,
            isBreaking: grant.lease?.isBreaking == true,
            lease: grant.lease
        )
        open.createAction = CreateAction(rawValue: result.action.rawValue)
        open.channelSequence = ChannelSequence(request.header.channelSequence)
        register(open, result.metadata, caching)
        let isNew = result.action == .created
        let response = CreateResponse(
            open,
            result.metadata,
            action: open.createAction,
            caching: caching,
            contexts: contexts(open, result.metadata, caching, isNew: isNew)
        )
        return .opened(open, response)
    }

    /// What the client asked to be told besides.
    func contexts(
        _ open: Open,
        _ metadata: FileMetadata,
        _ caching: OpenCaching,
        isNew: Bool
    ) -> [CreateContext] {
        var contexts: [CreateContext] = []
        if plan.wantsMaximalAccess {
            contexts.append(maximalAccess(metadata, isNew: isNew).context)
        }
        if plan.wantsOnDiskID {
            contexts.append(
                OnDiskIDResponse(
                    fileID: metadata.identity.inode,
                    volumeID: metadata.identity.device
                ).context
            )
        }
        if plan.mode != nil { contexts.append(posixContext(metadata)) }
        if let durable = durableContext(open, caching) { contexts.append(durable) }
        return contexts
    }

    /// The SMB 3.1.1 POSIX extensions' answer.
    private func posixContext(_ metadata: FileMetadata) -> CreateContext {
        var writer = WireWriter()
        POSIXAttributes(
            hardLinks: metadata.linkCount,
            reparseTag: metadata.reparseTag,
            mode: metadata.mode & 0o7777,
            owner: .posixUser(metadata.userID),
            group: .posixGroup(metadata.groupID)
        ).encode(to: &writer)
        return CreateContext(name: .posix, data: writer.finish())
    }
}
