import FileStore
import Reactor
import SMBMessages
import SMBState

extension Open {
    /// The client has used the open: it knows how its CREATE ended.
    func endReplayEligibility() {
        isReplayEligible = false
        shard?.server.durables.withTable { $0.endReplay(openID) }
    }

    /// The open is closed, and nobody can have it again.
    func endDurability() {
        if let scavengerTimer { shard?.reactor.cancel(scavengerTimer) }
        scavengerTimer = nil
        guard isReplayEligible || durableTimeoutMilliseconds != nil else { return }
        isReplayEligible = false
        durableTimeoutMilliseconds = nil
        shard?.server.durables.withTable { $0.remove(openID) }
    }

    /// MS-SMB2 3.3.7.1: keeps a durable open for its client, with its locks, its oplock or lease
    /// and its pending deletion, when the session goes. False when it has to be closed instead.
    func preserve() -> Bool {
        guard durableTimeoutMilliseconds != nil, !isClosed, let shard,
            !shard.server.isStopping
        else { return false }
        let caching = shard.server.files.withTable { $0.caching(of: openID) }
        guard caching?.keepsHandle == true,
            shard.server.durables.withTable({ $0.disconnect(openID) })
        else { return false }
        endWatch()
        for request in waiting { request.cancellation?(request, .rangeNotLocked) }
        leaveSession()
        startScavenging()
        return true
    }

    /// MS-SMB2 3.3.6.2: who does not come back in time finds the open closed.
    func startScavenging() {
        guard let shard, let durableTimeoutMilliseconds else { return }
        let limit = UInt64(durableTimeoutMilliseconds) * 1_000_000
        scavengerTimer = shard.reactor.schedule(after: limit) { [self] in
            scavengerTimer = nil
            if session == nil { close() }
        }
    }

    func stopScavenging() {
        if let scavengerTimer { shard?.reactor.cancel(scavengerTimer) }
        scavengerTimer = nil
    }
}
