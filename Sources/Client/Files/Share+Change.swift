internal import SMBMessages
internal import Wire

extension Share {
    /// Makes a folder; its parent must exist.
    public func makeFolder(_ path: RemotePath) async throws(ClientError) {
        let create = CreateRequest(
            name: path.wireText,
            desiredAccess: [.readAttributes, .synchronize],
            shareAccess: .all,
            disposition: .create,
            options: .directoryFile,
            attributes: .directory
        )
        do throws(ClientError) {
            _ = try await compound(create)
        } catch {
            // Made by the first of two requests, as far as anybody can tell.
            if error.followsRepetition, error.kind == .exists { return }
            throw readOnlyHint(error).during("make folder \(Self.shown(path))")
        }
    }

    /// Removes a file, a link, or an empty folder.
    public func remove(_ path: RemotePath, isFolder: Bool) async throws(ClientError) {
        let create = CreateRequest(
            name: path.wireText,
            desiredAccess: [.delete, .readAttributes, .synchronize],
            shareAccess: .all,
            disposition: .open,
            options: isFolder
                ? [.directoryFile, .openReparsePoint] : [.nonDirectoryFile, .openReparsePoint]
        )
        let disposition = DispositionInformation(deletePending: true)
        do throws(ClientError) {
            let (_, replies, _) = try await compound(
                create,
                [Self.setInfo(disposition, route: route)]
            )
            try replies[0].check()
        } catch {
            if error.followsRepetition, error.kind == .notFound { return }
            throw readOnlyHint(error).during("remove \(Self.shown(path))")
        }
    }

    /// Gives a file or folder another name, within the share.
    public func rename(
        _ path: RemotePath,
        to target: RemotePath,
        replacing: Bool
    ) async throws(ClientError) {
        let create = CreateRequest(
            name: path.wireText,
            desiredAccess: [.delete, .readAttributes, .synchronize],
            shareAccess: .all,
            disposition: .open,
            options: .openReparsePoint
        )
        let information = RenameInformation(
            replaceIfExists: replacing,
            fileName: target.wireText
        )
        do throws(ClientError) {
            let (_, replies, _) = try await compound(
                create,
                [Self.setInfo(information, route: route)]
            )
            try replies[0].check()
        } catch {
            if error.followsRepetition, error.kind == .notFound,
                try await hasMoved(path, to: target)
            {
                return
            }
            throw readOnlyHint(error)
                .during("rename \(Self.shown(path)) to \(Self.shown(target))")
        }
    }

    /// Whether a file is no longer at one place and there is one at the other: the trace of a
    /// renaming whose answer was lost.
    func hasMoved(_ path: RemotePath, to target: RemotePath) async throws(ClientError) -> Bool {
        if try await exists(path) { return false }
        return try await exists(target)
    }

    private func exists(_ path: RemotePath) async throws(ClientError) -> Bool {
        do throws(ClientError) {
            _ = try await stat(path)
            return true
        } catch {
            guard error.kind == .notFound else { throw error }
            return false
        }
    }

    /// Sets the times of a folder or file; zero leaves one as it is.
    public func setTimes(
        _ path: RemotePath,
        modified: Timestamp,
        accessed: Timestamp = .zero
    ) async throws(ClientError) {
        try await set(.times(modified: modified, accessed: accessed), of: path, "times")
    }

    /// Sets the attributes of a folder or file (MS-FSCC 2.6); none at all means a normal file.
    public func setAttributes(
        _ path: RemotePath,
        _ attributes: UInt32
    ) async throws(ClientError) {
        let wanted = attributes == 0 ? .normal : FileAttributes(rawValue: attributes)
        try await set(.times(modified: .zero, attributes: wanted), of: path, "attributes")
    }

    private func set(
        _ information: BasicInformation,
        of path: RemotePath,
        _ what: String
    ) async throws(ClientError) {
        let create = CreateRequest(
            name: path.wireText,
            desiredAccess: [.writeAttributes, .synchronize],
            shareAccess: .all,
            disposition: .open,
            options: .openReparsePoint
        )
        do throws(ClientError) {
            let (_, replies, _) = try await compound(
                create,
                [Self.setInfo(information, route: route)]
            )
            try replies[0].check()
        } catch {
            throw readOnlyHint(error).during("set the \(what) of \(Self.shown(path))")
        }
    }

    /// A refusal on a share that cannot be changed at all is said so.
    func readOnlyHint(_ error: ClientError) -> ClientError {
        guard error.kind == .refused, isReadOnly else { return error }
        var error = error
        error.reason = "share '\(EntryName.shown(name))' is read-only for this user"
        return error
    }
}

extension FileInformation where Self == BasicInformation {
    /// MS-FSCC 2.4.7: zero leaves a time or the attributes as they are.
    static func times(
        modified: Timestamp,
        accessed: Timestamp = .zero,
        attributes: FileAttributes = []
    ) -> BasicInformation {
        BasicInformation(
            creationTime: .zero,
            lastAccessTime: accessed.fileTime,
            lastWriteTime: modified.fileTime,
            changeTime: .zero,
            attributes: attributes
        )
    }
}
