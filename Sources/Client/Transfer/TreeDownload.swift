/// Copies a folder of a share, with everything in it, to this machine.
public struct TreeDownload: Sendable {
    public let download: Download
    /// Files copied at the same time.
    public let jobs: Int
    /// Copy again what has the same size and time already.
    public let replacesAll: Bool

    public init(_ download: Download, jobs: Int, replacesAll: Bool) {
        self.download = download
        self.jobs = jobs
        self.replacesAll = replacesAll
    }

    /// Lists everything under a folder.
    public func plan(_ path: RemotePath) async throws(ClientError) -> TransferPlan {
        try await download.connection.withShare(download.share) { share throws(ClientError) in
            var plan = TransferPlan(direction: .toLocal)
            while let folder = plan.nextFolder() {
                let components = plan.folders[folder].components
                do throws(ClientError) {
                    let entries = try await share.entries(of: Self.place(path, components))
                    plan.add(entries.map { TransferEntry($0) }, to: folder)
                } catch {
                    // The top must be there; what lies under it may be closed to this user.
                    guard folder > 0, error.kind != .network else { throw error }
                    plan.report(.init(components: components, reason: .unreadable("\(error)")))
                }
            }
            return plan
        }
    }

    /// Copies what was planned to `target`, a folder of this machine that is made if need be.
    /// `failed` is told of every file that could not be copied.
    public func run(
        _ plan: TransferPlan,
        from path: RemotePath,
        to target: String,
        failed: @escaping @Sendable ([String], ClientError) -> Void
    ) async throws(ClientError) {
        for folder in plan.folders {
            try LocalFolder.make(Self.join(target, folder.components))
        }
        try await Crew(jobs: jobs).run(plan.files) { file throws(ClientError) in
            let components = plan.components(of: file)
            let local = Self.join(target, components)
            if !replacesAll, Self.isSame(file, local) {
                return download.progress.advance(by: Int(file.byteCount))
            }
            do throws(ClientError) {
                try await download.copy(try Self.place(path, components), to: local)
            } catch {
                // Nothing more can be done without a server or without space.
                if error.kind == .network || error.kind == .diskFull { throw error }
                failed(components, error)
            }
        }
        // Deepest first, because a file that is made in a folder changes its time.
        for folder in plan.folders.reversed() {
            LocalFolder.setTimes(
                Self.join(target, folder.components),
                modified: folder.modified
            )
        }
    }

    private static func isSame(_ file: TransferPlan.File, _ local: String) -> Bool {
        guard let facts = LocalFolder.facts(local), facts.kind == .file else { return false }
        return facts.byteCount == file.byteCount && facts.modified == file.modified
    }

    static func join(_ folder: String, _ components: [String]) -> String {
        components.reduce(folder) { $0.hasSuffix("/") ? $0 + $1 : $0 + "/" + $1 }
    }

    static func place(
        _ path: RemotePath,
        _ components: [String]
    ) throws(ClientError) -> RemotePath {
        do throws(LocationError) {
            var place = path
            for name in components { try place.append(name) }
            return place
        } catch {
            throw ClientError(.other, reason: "\(error)")
        }
    }
}

extension TransferEntry {
    init(_ facts: FileFacts) {
        let kind: Kind =
            switch facts.kind {
            case .file: .file
            case .folder: .folder
            case .link: .link
            }
        self.init(
            name: facts.name,
            kind: kind,
            byteCount: facts.byteCount,
            modified: facts.modified
        )
    }
}
