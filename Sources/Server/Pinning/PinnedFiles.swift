import Glibc
import Reactor
import Synchronization

/// Files whose contents lie in memory that RDMA devices know, from where READs are placed without
/// a copy. Shared by all reactors.
///
/// A copy counts only as long as the file's size and change time are those it was made with, and
/// each placed READ looks at them: whoever changes the file is believed at once.
public final class PinnedFiles: Sendable {
    /// What tells one state of a file from every other. The change time (ctime) cannot be set.
    struct Stamp: Hashable {
        var device: UInt64
        var inode: UInt64
        var size: Int
        var changeSeconds: Int
        var changeNanoseconds: Int

        init(_ status: stat) {
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            size = Int(status.st_size)
            changeSeconds = status.st_ctim.tv_sec
            changeNanoseconds = status.st_ctim.tv_nsec
        }
    }

    private let isInUse = Atomic<Bool>(false)
    private let table = Mutex<[Stamp: PinnedMemory]>([:])

    public init() {}

    /// All of the file, if it is in memory as it is now.
    func memory(of status: stat) -> PinnedMemory? {
        guard isInUse.load(ordering: .relaxed) else { return nil }
        return table.withLock { $0[Stamp(status)] }
    }

    func memory(of stamp: Stamp) -> PinnedMemory? { table.withLock { $0[stamp] } }

    func add(_ memory: PinnedMemory, of stamp: Stamp) {
        table.withLock { $0[stamp] = memory }
        isInUse.store(true, ordering: .relaxed)
    }

    func remove(_ stamp: Stamp) -> PinnedMemory? {
        table.withLock { table in
            defer { isInUse.store(!table.isEmpty, ordering: .relaxed) }
            return table.removeValue(forKey: stamp)
        }
    }

    var stamps: [Stamp] { table.withLock { Array($0.keys) } }

    /// Bytes of all files.
    public var byteCount: Int { table.withLock { $0.values.reduce(0) { $0 + $1.byteCount } } }
}
