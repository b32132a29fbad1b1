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
            let (_, replies) = try await compound(
                create,
                [Self.setInfo(disposition, route: route)]
            )
            try replies[0].check()
        } catch {
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
            let (_, replies) = try await compound(
                create,
                [Self.setInfo(information, route: route)]
            )
            try replies[0].check()
        } catch {
            throw readOnlyHint(error)
                .during("rename \(Self.shown(path)) to \(Self.shown(target))")
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
            let (_, replies) = try await compound(
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
