import SMBState
import Synchronization

/// What all shards must agree on about open files, behind the server's one lock for it.
///
/// Identifiers carry the shard that made them, so that a break or a wake-up finds its thread.
final class OpenFiles: Sendable {
    private let table: Mutex<FileTable>
    private let nextIdentifier = Atomic<UInt64>(1)
    private static let shardShift: UInt64 = 48

    init(allowsLeases: Bool) {
        table = Mutex(FileTable(allowsLeases: allowsLeases))
    }

    /// Runs `body` with the table locked. What it returns about others is done afterwards, without
    /// the lock: `Shard.carryOut`.
    func withTable<Result>(_ body: (inout FileTable) -> sending Result) -> sending Result {
        table.withLock { body(&$0) }
    }

    func makeOpenID(on shard: Shard) -> OpenID { OpenID(makeIdentifier(shard)) }

    func makeWaiterID(on shard: Shard) -> WaiterID { WaiterID(makeIdentifier(shard)) }

    private func makeIdentifier(_ shard: Shard) -> UInt64 {
        let (number, _) = nextIdentifier.add(1, ordering: .relaxed)
        return UInt64(shard.index) << Self.shardShift | number
    }

    static func shardIndex(of identifier: UInt64) -> Int { Int(identifier >> shardShift) }
}
