import SMBMessages
import SMBState

extension Shard {
    /// Gives an open of this thread that lost its session to the one that claims it, once nothing
    /// of the old session is at work on it any more. Calls back on this thread, perhaps at once.
    func claim(
        _ claim: DurableClaim,
        of share: String,
        then arrived: @escaping (Result<Open, NTStatus>) -> Void
    ) {
        guard let open = opens[claim.open], open.tree.share.name == share else {
            return arrived(.failure(.objectNameNotFound))
        }
        endVainClaim(of: open)
        let caching = server.files.withTable { $0.caching(of: claim.open) }
        let status = server.durables.withTable { $0.claim(claim, caching: caching) }
        guard status == .success else { return arrived(.failure(status)) }
        open.stopScavenging()
        if open.channelSequence.isQuiet { return arrived(.success(open)) }
        open.whenQuiet = { arrived(.success(open)) }
    }

    /// A session that claimed the open may have gone while it waited for quiet: it has the open no
    /// longer than that.
    private func endVainClaim(of open: Open) {
        let openID = open.openID
        guard let waiting = open.whenQuiet,
            let owner = server.durables.withTable({ $0.session(of: openID) }),
            server.home(ofSession: owner) == nil
        else { return }
        open.whenQuiet = nil
        waiting()
    }

    /// Hands an open that no session has to another thread.
    func handOver(
        _ open: Open,
        to home: Shard,
        then arrived: @escaping @Sendable (Open) -> Void
    ) {
        opens[open.openID] = nil
        let openID = open.openID
        server.durables.withTable { $0.move(openID, to: home.index) }
        // Nothing here touches the open any more.
        nonisolated(unsafe) let moving = open
        home.post { home in
            unsafe home.opens[moving.openID] = moving
            unsafe moving.shard = home
            unsafe arrived(moving)
        }
    }

    /// The session that claimed the open is gone before it had it: the open waits on.
    func keepWaiting(_ open: Open) {
        guard !open.isClosed else { return }
        let openID = open.openID
        guard server.durables.withTable({ $0.disconnect(openID) }) else { return open.close() }
        open.startScavenging()
    }

    /// Closes what waits for its client: the server ends.
    func closeDisconnected() {
        for open in opens.values where open.session == nil { open.close() }
    }
}
