internal import CFileSystem
import SMBMessages
import Wire

extension FileKind {
    init(mode: UInt32) {
        self =
            switch mode & 0o170000 {
            case 0o040000: .directory
            case 0o120000: .symbolicLink
            case 0o010000: .fifo
            case 0o140000: .socket
            case 0o020000: .characterDevice
            case 0o060000: .blockDevice
            default: .file
            }
    }
}

extension FileIdentity {
    init(_ status: fs_file_status) {
        self.init(device: status.device, inode: status.inode)
    }
}

extension FileMetadata {
    /// What the kernel and the stored attributes say together.
    init(_ status: fs_file_status, _ stored: StoredAttributes?) {
        let kind = FileKind(mode: status.mode)
        let isDirectory = kind == .directory
        let known = stored ?? .defaults(isDirectory: isDirectory)
        let write = FileTime(
            seconds: status.write_seconds,
            nanoseconds: Int64(status.write_nanoseconds)
        )
        let change = FileTime(changeOf: status)
        let birth = FileTime(
            seconds: status.birth_seconds,
            nanoseconds: Int64(status.birth_nanoseconds)
        )
        self.init(
            identity: FileIdentity(status),
            kind: kind,
            attributes: Self.attributes(kind, known.attributes),
            creationTime: known.creationTime
                ?? (status.has_birth != 0 ? birth : min(write, change)),
            lastAccessTime: FileTime(
                seconds: status.access_seconds,
                nanoseconds: Int64(status.access_nanoseconds)
            ),
            lastWriteTime: write,
            changeTime: known.change?.current(change) ?? change,
            endOfFile: isDirectory ? 0 : status.size,
            allocationSize: isDirectory ? 0 : status.allocated,
            linkCount: status.links,
            mode: status.mode,
            userID: status.user,
            groupID: status.group,
            deviceMajor: status.device_major,
            deviceMinor: status.device_minor,
            reparseTag: Self.reparseTag(kind)
        )
    }

    /// MS-FSCC 2.6: NORMAL stands alone.
    private static func attributes(_ kind: FileKind, _ kept: FileAttributes) -> FileAttributes {
        var attributes = kept
        if kind == .directory {
            attributes.insert(.directory)
            attributes.subtract([.sparseFile, .temporary])
        }
        if kind.isSpecial {
            attributes.insert(.reparsePoint)
            attributes.remove(.archive)
        }
        return attributes.isEmpty ? .normal : attributes
    }

    /// MS-FSCC 2.1.2.1: IO_REPARSE_TAG_SYMLINK, and IO_REPARSE_TAG_NFS for what only POSIX has.
    private static func reparseTag(_ kind: FileKind) -> UInt32 {
        switch kind {
        case .file, .directory: 0
        case .symbolicLink: 0xA000_000C
        case .fifo, .socket, .characterDevice, .blockDevice: 0x8000_0014
        }
    }
}

extension FileTime {
    /// The kernel's own time of change.
    init(changeOf status: fs_file_status) {
        self.init(
            seconds: status.change_seconds,
            nanoseconds: Int64(status.change_nanoseconds)
        )
    }
}
