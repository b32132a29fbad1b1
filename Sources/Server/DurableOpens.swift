import SMBState
import Synchronization

/// The opens that can be had again, behind the server's one lock for them.
final class DurableOpens: Sendable {
    private let table: Mutex<DurableTable>

    init(disconnectedMax: Int) {
        table = Mutex(DurableTable(disconnectedMax: disconnectedMax))
    }

    func withTable<Result>(_ body: (inout DurableTable) -> sending Result) -> sending Result {
        table.withLock { body(&$0) }
    }
}
