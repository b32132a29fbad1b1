/// Copies a folder within a share, the data staying on the server.
public struct ServerCopy: Sendable {
    public let connection: ServerConnection
    public let share: String

    public init(_ connection: ServerConnection, share: String) {
        self.connection = connection
        self.share = share
    }

    /// Lists everything under a folder.
    public func plan(_ path: RemotePath) async throws(ClientError) -> TransferPlan {
        let download = Download(connection, share: share, progress: TransferProgress())
        return try await TreeDownload(download, jobs: 1, replacesAll: true).plan(path)
    }

    /// Copies what was planned to `target`, a folder that is made if need be. `failed` is told of
    /// every file that could not be copied.
    public func run(
        _ plan: TransferPlan,
        from path: RemotePath,
        to target: RemotePath,
        progress: TransferProgress,
        failed: @escaping @Sendable (ClientError) -> Void
    ) async throws(ClientError) {
        try await connection.withShare(share) { share throws(ClientError) in
            for folder in plan.folders {
                let place = try TreeDownload.place(target, folder.components)
                do throws(ClientError) {
                    try await share.makeFolder(place)
                } catch {
                    guard error.kind == .exists else { throw error }
                }
            }
            for file in plan.files {
                let components = plan.components(of: file)
                let counted = progress.part()
                do throws(ClientError) {
                    try await share.copyOnServer(
                        try TreeDownload.place(path, components),
                        to: try TreeDownload.place(target, components),
                        progress: counted
                    )
                } catch {
                    counted.reset()
                    if error.kind == .network || error.kind == .diskFull { throw error }
                    failed(error)
                }
            }
            for folder in plan.folders.reversed() where folder.modified != .zero {
                let place = try TreeDownload.place(target, folder.components)
                _ = try? await share.setTimes(place, modified: folder.modified)
            }
        }
    }
}
