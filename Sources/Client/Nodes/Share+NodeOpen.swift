internal import SMBMessages
internal import SMBSecurity
internal import Synchronization
internal import Wire

extension Share {
    /// Opens a file and asks what it is, in one round trip. When its session is lost it is had
    /// back, or else opened anew, if its name still leads to the file of the same number.
    public func openNode(
        _ path: RemotePath,
        _ opening: NodeOpening
    ) async throws(ClientError) -> RemoteFile {
        do throws(ClientError) {
            return try await openNodeOnce(path, opening)
        } catch {
            // The first of two requests may have made the file, which is empty then.
            guard opening.creation == .always, error.kind == .exists, error.followsRepetition else {
                throw error
            }
            var again = opening
            again.creation = .ifMissing
            let file = try await openNodeOnce(path, again)
            if file.facts.byteCount == 0 { return file }
            file.closeSoon()
            throw error
        }
    }

    private func openNodeOnce(
        _ path: RemotePath,
        _ opening: NodeOpening
    ) async throws(ClientError) -> RemoteFile {
        var access: AccessMask = []
        if opening.reads { access.formUnion(.readData) }
        if opening.writes { access.formUnion([.writeData, .appendData, .writeAttributes]) }
        let disposition: CreateDisposition =
            switch opening.creation {
            case .never: .open
            case .ifMissing: .openIf
            case .always: .create
            }
        let create = nodeCreate(
            path,
            access,
            disposition: disposition,
            options: .nonDirectoryFile,
            attributes: opening.creation == .never ? [] : .normal,
            mode: opening.mode
        )
        let open = OpenFile(
            route: route,
            create: create,
            wantsDurable: session.traits.dialect >= .smb300,
            isForReading: !opening.writes,
            createGUID: GUID(rawValue: SecureRandom.integer())
        )
        open.goesByNumber = true
        var first = Request(.create, route: route) { open.request.encode(to: &$0) }
        first.opens = open
        let outcome = try await channels.exchange([first] + factsQueries.map { $0.related() })
        let replies = outcome.replies
        let response = try Self.repeatable(outcome.wasRepeated) { () throws(ClientError) in
            try Self.created(replies[0])
        }
        do throws(ClientError) {
            return RemoteFile(
                share: self,
                path: path,
                facts: try facts(path.name ?? "", response, replies[1...]),
                open: open
            )
        } catch {
            closeSoon(open)
            throw error
        }
    }
}

extension RemoteFile {
    /// The file was given another name through its path, or a folder above it was.
    public func noteMoved(to path: RemotePath) async {
        let text = path.wireText
        await channels.perform { [open] _ in
            open.moving(to: text)
            open.moved(true)
        }
        place.withLock { $0 = path }
    }

    /// What the server tells of the open file now, whatever became of its name.
    public func node() async throws(ClientError) -> FileFacts {
        let name = path.name ?? ""
        if share.hasPOSIXExtensions {
            let byteCount = POSIXInformation.fixedSize + 2 * Share.identitySizeMax
            let reply = try await query(.posix, byteCount: byteCount)
            return FileFacts(name: name, try Share.decoded(reply) as POSIXInformation)
        }
        let reply = try await query(
            .networkOpen,
            byteCount: NetworkOpenInformation.fixedSize
        )
        let now: NetworkOpenInformation = try Share.decoded(reply)
        var facts = facts
        facts.byteCount = now.endOfFile
        facts.allocatedByteCount = now.allocationSize
        facts.accessed = Timestamp(now.lastAccessTime)
        facts.modified = Timestamp(now.lastWriteTime)
        facts.changed = Timestamp(now.changeTime)
        facts.attributes = now.attributes.rawValue
        return facts
    }

    private func query(
        _ informationClass: FileInformationClass,
        byteCount: Int
    ) async throws(ClientError) -> Reply {
        try await channels.exchange(
            Request(.queryInfo, on: open) { fileID, writer in
                QueryInfoRequest(
                    infoType: .file,
                    informationClass: informationClass.rawValue,
                    outputBufferLength: UInt32(byteCount),
                    fileID: fileID
                ).encode(to: &writer)
            }
        )
    }
}
