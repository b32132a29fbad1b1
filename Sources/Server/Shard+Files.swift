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
            let home = server.shards[home(of: notification)]
            if home === self {
                home.deliver(notification)
            } else {
                home.post { $0.deliver(notification) }
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
}
