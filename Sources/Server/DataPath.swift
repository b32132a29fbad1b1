import CSystem
import SMBMessages

/// How the bytes of a file are reached without keeping a reactor's thread waiting for a disk.
enum DataPath: Sendable {
    /// The file lies in memory (tmpfs): calls never wait.
    case memory
    /// The kernel tells whether bytes are in its cache (RWF_NOWAIT); what is not goes to the pool
    /// of threads that may wait.
    case cached
    /// As if nothing were ever in the cache.
    case slow
    /// Named streams and pipes: there is no descriptor to ask about.
    case blocking

    private static let tmpfsMagic: UInt64 = 0x0102_1994
    private static let ramfsMagic: UInt64 = 0x8584_58F6

    init(descriptor: Int32) {
        guard descriptor >= 0 else {
            self = .blocking
            return
        }
        let type = csystem_file_system_type(descriptor)
        if type == Self.tmpfsMagic || type == Self.ramfsMagic {
            self = .memory
            return
        }
        // Where the kernel cannot tell (EOPNOTSUPP), nothing is ever found ready. It is not asked
        // here: a read would change the time of access that CREATE has answered with.
        self = .cached
    }

    /// Whether `count` bytes from `offset` can be read without waiting: their first and last page
    /// are looked for, which the page cache evicts no sooner than what lies between.
    func isReady(_ descriptor: Int32, offset: Int, count: Int) -> Bool {
        switch self {
        case .memory: return true
        case .slow, .blocking: return false
        case .cached:
            var byte: UInt8 = 0
            let flags = csystem_rwf_nowait
            guard unsafe csystem_pread(descriptor, &byte, 1, offset, flags) >= 0 else {
                return false
            }
            guard count > 4096 else { return true }
            let last = offset + count - 1
            return unsafe csystem_pread(descriptor, &byte, 1, last, flags) >= 0
        }
    }
}
