internal import CFUSE
internal import Client
internal import Glibc

/// What stat(2) tells of a file, made from what the server tells.
struct NodeAttributes {
    /// MS-FSCC 2.1.2.1.
    static let symbolicLinkTags: Set<UInt32> = [0xA000_000C, 0xA000_001D]
    private static let writeBits: UInt32 = 0o222
    /// What programs take as the best size for reading and writing.
    private static let blockByteCount = 1 << 17

    private(set) var status = stat()

    init(_ facts: FileFacts, inode: UInt64, _ options: MountOptions) {
        status.st_ino = UInt(inode)
        status.st_mode = Self.kind(facts) | Self.permissions(facts, options)
        status.st_nlink = UInt(facts.posix?.hardLinks ?? (facts.isFolder ? 2 : 1))
        status.st_uid = facts.posix?.userID ?? options.userID
        status.st_gid = facts.posix?.groupID ?? options.groupID
        status.st_size = Int(clamping: facts.isFolder ? 0 : facts.byteCount)
        status.st_blksize = Self.blockByteCount
        status.st_blocks = Int(
            clamping: facts.allocatedByteCount / 512 + (facts.allocatedByteCount % 512 + 511) / 512
        )
        status.st_atim = Self.time(facts.accessed)
        status.st_mtim = Self.time(facts.modified)
        status.st_ctim = Self.time(facts.changed)
    }

    private static func kind(_ facts: FileFacts) -> UInt32 {
        switch facts.kind {
        case .folder: S_IFDIR
        case .file: S_IFREG
        case .link(let tag): symbolicLinkTags.contains(tag) ? S_IFLNK : S_IFREG
        }
    }

    private static func permissions(_ facts: FileFacts, _ options: MountOptions) -> UInt32 {
        if let posix = facts.posix { return posix.mode }
        switch facts.kind {
        case .folder: return options.folderMode
        case .link: return 0o777
        case .file:
            return facts.isReadOnly ? options.fileMode & ~writeBits : options.fileMode
        }
    }

    private static func time(_ time: Timestamp) -> timespec {
        guard time != .zero else { return timespec() }
        let unix = time.unix
        return timespec(tv_sec: Int(unix.seconds), tv_nsec: Int(unix.nanoseconds))
    }
}
