/// Copies a folder of this machine, with everything in it, to a share.
public struct TreeUpload: Sendable {
    public let upload: Upload
    /// Files copied at the same time.
    public let jobs: Int
    /// Copy again what has the same size and time already.
    public let replacesAll: Bool

    public init(_ upload: Upload, jobs: Int, replacesAll: Bool) {
        self.upload = upload
        self.jobs = jobs
        self.replacesAll = replacesAll
    }

    /// Lists everything under a local folder. Symbolic links are followed, except those that lead
    /// back to a folder that is being listed.
    public func plan(_ path: String) throws(ClientError) -> TransferPlan {
        let root = LocalFolder.facts(path)
        var plan = TransferPlan(direction: .toServer, rootModified: root?.modified ?? .zero)
        while let folder = plan.nextFolder() {
            let components = plan.folders[folder].components
            if Self.isLoop(path, components) {
                plan.report(.init(components: components, reason: .loop))
                continue
            }
            do throws(ClientError) {
                let local = TreeDownload.join(path, components)
                plan.add(try LocalFolder.entries(local), to: folder)
            } catch {
                guard folder > 0 else { throw error }
                plan.report(.init(components: components, reason: .unreadable("\(error)")))
            }
        }
        return plan
    }

    /// Whether a folder is one of its own parents, which only a symbolic link can bring about.
    private static func isLoop(_ path: String, _ components: [String]) -> Bool {
        guard let own = LocalFolder.facts(TreeDownload.join(path, components)) else { return false }
        return components.indices.contains { count in
            let parent = TreeDownload.join(path, Array(components[..<count]))
            guard let facts = LocalFolder.facts(parent) else { return false }
            return facts.device == own.device && facts.number == own.number
        }
    }

    /// Copies what was planned to `target`, a folder of the share that is made if need be.
    /// `failed` is told of every file that could not be copied.
    public func run(
        _ plan: TransferPlan,
        from path: String,
        to target: RemotePath,
        failed: @escaping @Sendable ([String], ClientError) -> Void
    ) async throws(ClientError) {
        let existing = try await makeFolders(plan, target)
        try await Crew(jobs: jobs).run(plan.files) { file throws(ClientError) in
            let components = plan.components(of: file)
            if !replacesAll, let old = existing[file.folder][file.name],
                old.byteCount == file.byteCount, old.modified == file.modified
            {
                return upload.progress.advance(by: Int(file.byteCount))
            }
            do throws(ClientError) {
                try await upload.copy(
                    TreeDownload.join(path, components),
                    to: try TreeDownload.place(target, components)
                )
            } catch {
                // Nothing more can be done without a server or without space.
                if error.kind == .network || error.kind == .diskFull { throw error }
                failed(components, error)
            }
        }
        try await setTimes(plan, target)
    }

    /// Makes the folders that are missing; for each, what it holds already.
    private func makeFolders(
        _ plan: TransferPlan,
        _ target: RemotePath
    ) async throws(ClientError) -> [[String: FileFacts]] {
        let names = Set(plan.files.lazy.map(\.name))
        return try await upload.connection.withShare(upload.share) { share throws(ClientError) in
            var existing: [[String: FileFacts]] = []
            for folder in plan.folders {
                let place = try TreeDownload.place(target, folder.components)
                var entries: [String: FileFacts] = [:]
                do throws(ClientError) {
                    if !place.isRoot { try await share.makeFolder(place) }
                } catch {
                    guard error.kind == .exists else { throw error }
                    for facts in try await share.entries(of: place)
                    where names.contains(facts.name) {
                        entries[facts.name] = facts
                    }
                }
                existing.append(entries)
            }
            return existing
        }
    }

    private func setTimes(_ plan: TransferPlan, _ target: RemotePath) async throws(ClientError) {
        try await upload.connection.withShare(upload.share) { share throws(ClientError) in
            // Deepest first, because a file that is made in a folder changes its time.
            for folder in plan.folders.reversed() where folder.modified != .zero {
                let place = try TreeDownload.place(target, folder.components)
                if place.isRoot { continue }
                // A server that keeps no times of folders has still got the right folder.
                _ = try? await share.setTimes(place, modified: folder.modified)
            }
        }
    }
}
