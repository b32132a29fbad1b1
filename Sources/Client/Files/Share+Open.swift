internal import SMBMessages

extension Share {
    /// What a file is opened for.
    public enum Purpose: Hashable, Sendable {
        case read
        /// A new file, or an old one whose contents go.
        case replace
        /// A new file; one that is there is an error.
        case create
        /// A file that is there, or a new one, whose contents stay.
        case update
    }

    /// Opens a file. Folders are refused; links are not followed by this program.
    public func open(
        _ path: RemotePath,
        for purpose: Purpose = .read
    ) async throws(ClientError) -> RemoteFile {
        let create = Self.request(path, purpose)
        do throws(ClientError) {
            let reply = try await link.exchange(
                Request(.create, route: route) { create.encode(to: &$0) }
            )
            let response = try Self.created(reply)
            return RemoteFile(
                share: self,
                path: path,
                facts: FileFacts(name: path.name ?? "", response),
                fileID: response.fileID
            )
        } catch {
            throw readOnlyHint(error).during("open \(Self.shown(path))")
        }
    }

    static func request(_ path: RemotePath, _ purpose: Purpose) -> CreateRequest {
        var create = CreateRequest(
            name: path.wireText,
            desiredAccess: [.readData, .readAttributes, .synchronize],
            shareAccess: .all,
            disposition: .open,
            options: [.nonDirectoryFile, .sequentialOnly]
        )
        guard purpose != .read else { return create }
        create.desiredAccess = [
            .readData, .writeData, .appendData, .readAttributes, .writeAttributes, .delete,
            .synchronize,
        ]
        create.shareAccess = .read
        create.attributes = .normal
        create.disposition =
            switch purpose {
            case .read: .open
            case .replace: .overwriteIf
            case .create: .create
            case .update: .openIf
            }
        return create
    }
}
