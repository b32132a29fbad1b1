import Client

/// Where on a share a copy goes, given what the user wrote.
enum RemoteTarget {
    /// The location itself, or `name` inside of it where that is a folder.
    static func place(
        _ location: Location,
        _ share: String,
        _ connection: ServerConnection,
        name: String
    ) async throws -> RemotePath {
        let path = location.path
        let isFolder = try await connection.withShare(share) { share throws(ClientError) in
            if path.isRoot { return true }
            do throws(ClientError) {
                return try await share.stat(path).isFolder
            } catch {
                guard error.kind == .notFound, !location.namesFolder else { throw error }
                return false
            }
        }
        guard isFolder else { return path }
        guard name != ".", name != ".." else { return path }
        return try path.appending(name)
    }
}
