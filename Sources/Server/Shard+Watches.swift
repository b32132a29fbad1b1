import FileStore
import SMBMessages

extension Shard {
    /// Where the changes of a store come from on this thread.
    func watchSource(of store: any FileStore) throws(NTStatus) -> WatchSource {
        if let source = watchSources[ObjectIdentifier(store)] { return source }
        let source = try WatchSource(store: store, reactor: reactor)
        watchSources[ObjectIdentifier(store)] = source
        return source
    }

    /// A request has run, and may have changed what is watched.
    func noteChanges() {
        guard !watchSources.isEmpty else { return }
        for source in watchSources.values { source.drainAfterPass() }
    }

    /// Ends the watches of a directory, on every thread.
    func endWatches(of identity: FileIdentity, _ status: NTStatus) {
        for home in server.shards {
            if home === self {
                home.endOwnWatches(of: identity, status)
            } else {
                home.post { $0.endOwnWatches(of: identity, status) }
            }
        }
    }

    private func endOwnWatches(of identity: FileIdentity, _ status: NTStatus) {
        for source in watchSources.values { source.end(identity, with: status) }
    }
}
