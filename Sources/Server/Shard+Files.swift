import Reactor
import SMBMessages
import SMBState
import Wire

/// A command that waits until another client gives something up, and is then tried again.
struct Waiter {
    let request: Request
    let generation: UInt32
    /// Runs on the shard's thread; answers the request, or makes it wait once more.
    let retry: () -> Void
}

extension Shard {
    // MARK: What operations on the table of files leave to be done

    /// Sends the notifications, each on the thread of the client it is for.
    func notify(_ breaks: [CacheBreak]) {
        for notification in breaks {
            let open =
                switch notification.target {
                case .oplock(let open): open
                case .lease(_, via: let open): open
                }
            let home = server.shards[OpenFiles.shardIndex(of: open.rawValue)]
            if home === self {
                home.deliver(notification, to: open)
            } else {
                home.post { $0.deliver(notification, to: open) }
            }
        }
    }

    /// Has the woken requests tried again, each on its own thread, after the present call.
    func wake(_ waiters: [WaiterID]) {
        for waiter in waiters {
            let home = server.shards[OpenFiles.shardIndex(of: waiter.rawValue)]
            home.post { shard in
                if let waiting = shard.removeWaiter(waiter),
                    waiting.request.generation == waiting.generation
                {
                    waiting.retry()
                }
            }
        }
    }

    // MARK: Breaks

    /// MS-SMB2 3.3.4.6, 3.3.4.7: tells the client what it may cache from now on; without an answer
    /// in time, or without a client, it holds nothing any more.
    private func deliver(_ notification: CacheBreak, to openID: OpenID) {
        guard let open = opens[openID] else {
            return follow(notification, to: openID)
        }
        if open.session == nil {
            // Nobody is there to answer: what waits for its client goes (3.3.4.6, 3.3.4.7).
            open.close()
            return expire(notification)
        }
        guard send(notification, about: open) else { return expire(notification) }
        guard notification.needsAcknowledgment else { return }
        let limit = server.configuration.limits.oplockBreakTimeoutNanoseconds
        _ = reactor.schedule(after: limit) { [self] in expire(notification) }
    }

    /// The open went to another thread with its client, or is closed.
    private func follow(_ notification: CacheBreak, to openID: OpenID) {
        let known = server.durables.withTable { $0.home(of: openID) }
        guard let known, known != index else { return expire(notification) }
        server.shards[known].post { $0.deliver(notification, to: openID) }
    }

    private func expire(_ notification: CacheBreak) {
        wake(server.files.withTable { $0.timeOut(notification) })
    }

    private func send(_ notification: CacheBreak, about open: Open) -> Bool {
        guard let session = open.session, let connection = session.channels.first?.connection
        else { return false }
        connection.sendNotification(on: session) { writer in
            switch notification.target {
            case .oplock:
                OplockBreakNotification(
                    level: OplockLevel(rawValue: notification.to.oplockLevel),
                    fileID: open.fileID
                ).encode(to: &writer)
            case .lease(let lease, via: _):
                LeaseBreakNotification(
                    key: GUID(rawValue: lease.key),
                    currentState: LeaseState(rawValue: notification.from.rawValue),
                    newState: LeaseState(rawValue: notification.to.rawValue),
                    newEpoch: notification.epoch,
                    isAcknowledgmentRequired: notification.needsAcknowledgment
                ).encode(to: &writer)
            }
        }
        return true
    }
}
