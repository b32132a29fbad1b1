internal import SMBMessages
internal import SMBSecurity
internal import Wire

/// The verbs of a mounted file system: nothing follows a link, everybody shares everything, and
/// where the server has the SMB 3.1.1 POSIX extensions they are used.
extension Share {
    /// MS-DTYP 2.4.2.2: a SID of fifteen sub-authorities.
    static let identitySizeMax = 68

    public var hasPOSIXExtensions: Bool { session.traits.hasPOSIX }

    func nodeCreate(
        _ path: RemotePath,
        _ access: AccessMask,
        disposition: CreateDisposition = .open,
        options: CreateOptions = [],
        attributes: FileAttributes = [],
        mode: UInt32 = 0
    ) -> CreateRequest {
        CreateRequest(
            name: path.wireText,
            desiredAccess: access.union([.readAttributes, .synchronize]),
            shareAccess: .all,
            disposition: disposition,
            options: options.union(.openReparsePoint),
            attributes: attributes,
            contexts: hasPOSIXExtensions ? [POSIXCreateRequest(mode: mode).context] : []
        )
    }

    /// What to ask of the file that a compound has opened.
    var factsQueries: [Request] {
        hasPOSIXExtensions
            ? [query(.posix, byteCount: POSIXInformation.fixedSize + 2 * Self.identitySizeMax)]
            : [
                query(.internal, byteCount: InternalInformation.fixedSize),
                query(.attributeTag, byteCount: AttributeTagInformation.fixedSize),
            ]
    }

    private func query(_ informationClass: FileInformationClass, byteCount: Int) -> Request {
        let body = QueryInfoRequest(
            infoType: .file,
            informationClass: informationClass.rawValue,
            outputBufferLength: UInt32(byteCount),
            fileID: .previous
        )
        return Request(.queryInfo, route: route) { body.encode(to: &$0) }
    }

    /// Of the answers to `factsQueries`.
    func facts(
        _ name: String,
        _ created: CreateResponse,
        _ replies: ArraySlice<Reply>
    ) throws(ClientError) -> FileFacts {
        guard let first = replies.first else { return FileFacts(name: name, created) }
        guard hasPOSIXExtensions else {
            // Both are extras that a server need not have.
            let fileID: InternalInformation? = try? Self.decoded(first)
            let tag: AttributeTagInformation? = replies.dropFirst().first.flatMap {
                try? Self.decoded($0)
            }
            return FileFacts(
                name: name,
                created,
                tag: tag?.reparseTag ?? 0,
                fileID: fileID?.indexNumber ?? 0
            )
        }
        return FileFacts(name: name, try Self.decoded(first) as POSIXInformation)
    }

    static func decoded<Information: FileInformation>(
        _ reply: Reply
    ) throws(ClientError) -> Information {
        try reply.decode("file information") { reader throws(WireError) in
            let output = try QueryInfoResponse(from: &reader).output
            return try withReader(over: output) { reader throws(WireError) in
                try Information(from: &reader)
            }
        }
    }

    /// What the server tells of a path, in one round trip.
    public func node(_ path: RemotePath) async throws(ClientError) -> FileFacts {
        let (created, replies, _) = try await compound(nodeCreate(path, []), factsQueries)
        return try facts(path.name ?? "", created, replies[...])
    }

    /// Makes a folder; its parent must exist.
    public func makeNodeFolder(
        _ path: RemotePath,
        mode: UInt32
    ) async throws(ClientError) -> FileFacts {
        let create = nodeCreate(
            path,
            [],
            disposition: .create,
            options: .directoryFile,
            attributes: .directory,
            mode: mode
        )
        do throws(ClientError) {
            let (created, replies, _) = try await compound(create, factsQueries)
            return try facts(path.name ?? "", created, replies[...])
        } catch {
            if error.followsRepetition, error.kind == .exists { return try await node(path) }
            throw error
        }
    }

    /// Removes a file, a link, or an empty folder, whoever has it open.
    public func removeNode(_ path: RemotePath, isFolder: Bool) async throws(ClientError) {
        let create = nodeCreate(
            path,
            .delete,
            options: isFolder ? .directoryFile : .nonDirectoryFile
        )
        var operation = Self.setInfo(DispositionInformation(deletePending: true), route: route)
        if hasPOSIXExtensions {
            let disposition = DispositionExtendedInformation(
                flags: DispositionExtendedInformation.delete
                    | DispositionExtendedInformation.posixSemantics
                    | DispositionExtendedInformation.ignoreReadOnlyAttribute
            )
            operation = Self.setInfo(disposition, route: route)
        }
        do throws(ClientError) {
            let (_, replies, _) = try await compound(create, [operation])
            try replies[0].check()
        } catch {
            if error.followsRepetition, error.kind == .notFound { return }
            throw error
        }
    }

    /// Gives a file or folder another name, within the share.
    public func moveNode(
        _ path: RemotePath,
        to target: RemotePath,
        replacing: Bool
    ) async throws(ClientError) {
        var operation = Self.setInfo(
            RenameInformation(replaceIfExists: replacing, fileName: target.wireText),
            route: route
        )
        if hasPOSIXExtensions, replacing {
            let rename = RenameExtendedInformation(
                flags: [.replaceIfExists, .posixSemantics, .ignoreReadOnlyAttribute],
                fileName: target.wireText
            )
            operation = Self.setInfo(rename, route: route)
        }
        do throws(ClientError) {
            let (_, replies, _) = try await compound(nodeCreate(path, .delete), [operation])
            try replies[0].check()
        } catch {
            if error.followsRepetition, error.kind == .notFound,
                try await hasMoved(path, to: target)
            {
                return
            }
            throw error
        }
    }
}
