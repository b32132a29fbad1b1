import Glibc
import Reactor
import SMBState
import Synchronization

@testable import FuzzTargets
@testable import Server

extension ServerUnderTest {
    /// The one of these tests. A client is waited for as long as a busy machine may take: whatever
    /// a test does not answer stays unanswered.
    static let tested = ServerUnderTest(oplockBreakTimeoutNanoseconds: 3_600_000_000_000)

    /// Opens that could be had again.
    var durableCount: Int { server.durables.withTable { $0.count } }

    /// Sessions that the server knows.
    var sessionCount: Int {
        let count = Atomic<Int>(0)
        for shard in server.shards {
            shard.post { shard in
                for _ in shard.allSessions { count.wrappingAdd(1, ordering: .relaxed) }
            }
        }
        settle()
        return count.load(ordering: .relaxed)
    }

    /// Empties the share, and ends what earlier tests left to be had again.
    func begin() {
        reset()
        repeat {
            for shard in server.shards { shard.post { $0.closeDisconnected() } }
            settle()
        } while durableCount > 0
    }

    /// Keeps the only thread of the file pool busy until the closure is called.
    func holdPool() -> () -> Void {
        let gate = PoolGate()
        isPoolHeld.store(true, ordering: .releasing)
        _ = server.pool.submit(for: reactor) {
            gate.pass()
        } completion: { _ in
        }
        return {
            Self.tested.isPoolHeld.store(false, ordering: .releasing)
            gate.open()
        }
    }
}

/// What a thread waits at.
private final class PoolGate: Sendable {
    private let isOpen = Atomic<Bool>(false)

    func open() { isOpen.store(true, ordering: .releasing) }

    func pass() { while !isOpen.load(ordering: .acquiring) { usleep(200) } }
}

func pauseBriefly() { usleep(1000) }
