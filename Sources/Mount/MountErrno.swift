internal import Client
internal import Glibc

/// An error number for a program that uses the mount.
struct MountErrno: Error, Equatable {
    var rawValue: Int32

    init(_ rawValue: Int32) { self.rawValue = rawValue }

    /// Of whatever a request ended with.
    init(_ error: any Error) {
        switch error {
        case let error as MountErrno: self = error
        case let error as ClientError: self.init(error)
        case is LocationError: self.init(EINVAL)
        case is CancellationError: self.init(EINTR)
        default: self.init(EIO)
        }
    }

    /// The server's own word first; then what kind of failure it was.
    init(_ error: ClientError) {
        if let status = error.status, let number = Self.numbers[status] {
            rawValue = number
            return
        }
        rawValue =
            switch error.kind {
            case .notFound: ENOENT
            case .exists: EEXIST
            case .refused, .authentication: EACCES
            case .busy: EBUSY
            case .diskFull: ENOSPC
            case .unsupported: EOPNOTSUPP
            case .changed: ESTALE
            case .cancelled: EINTR
            case .network, .protocolViolation, .local, .other: EIO
            }
    }

    /// Codes of MS-ERREF 2.3.1 that say more than the kind of a failure does.
    private static let numbers: [UInt32: Int32] = [
        0xC000_0008: EBADF,  // INVALID_HANDLE
        0xC000_000D: EINVAL,  // INVALID_PARAMETER
        0xC000_000F: ENOENT,  // NO_SUCH_FILE
        0xC000_0010: EOPNOTSUPP,  // INVALID_DEVICE_REQUEST
        0xC000_0002: EOPNOTSUPP,  // NOT_IMPLEMENTED
        0xC000_0017: ENOMEM,  // NO_MEMORY
        0xC000_0022: EACCES,  // ACCESS_DENIED
        0xC000_0033: EINVAL,  // OBJECT_NAME_INVALID
        0xC000_0034: ENOENT,  // OBJECT_NAME_NOT_FOUND
        0xC000_0035: EEXIST,  // OBJECT_NAME_COLLISION
        0xC000_003A: ENOENT,  // OBJECT_PATH_NOT_FOUND
        0xC000_003B: EINVAL,  // OBJECT_PATH_SYNTAX_BAD
        0xC000_0043: EBUSY,  // SHARING_VIOLATION
        0xC000_0044: EDQUOT,  // QUOTA_EXCEEDED
        0xC000_004F: EOPNOTSUPP,  // EAS_NOT_SUPPORTED
        0xC000_0050: ENOSPC,  // EA_TOO_LARGE
        0xC000_0051: ENODATA,  // NONEXISTENT_EA_ENTRY
        0xC000_0052: ENODATA,  // NO_EAS_ON_FILE
        0xC000_0054: EAGAIN,  // FILE_LOCK_CONFLICT
        0xC000_0055: EAGAIN,  // LOCK_NOT_GRANTED
        0xC000_0056: ENOENT,  // DELETE_PENDING
        0xC000_007F: ENOSPC,  // DISK_FULL
        0xC000_009A: ENOMEM,  // INSUFFICIENT_RESOURCES
        0xC000_00A2: EROFS,  // MEDIA_WRITE_PROTECTED
        0xC000_00BA: EISDIR,  // FILE_IS_A_DIRECTORY
        0xC000_00BB: EOPNOTSUPP,  // NOT_SUPPORTED
        0xC000_00D4: EXDEV,  // NOT_SAME_DEVICE
        0xC000_0101: ENOTEMPTY,  // DIRECTORY_NOT_EMPTY
        0xC000_0103: ENOTDIR,  // NOT_A_DIRECTORY
        0xC000_0106: ENAMETOOLONG,  // NAME_TOO_LONG
        0xC000_011F: EMFILE,  // TOO_MANY_OPENED_FILES
        0xC000_0120: EINTR,  // CANCELLED
        0xC000_0121: EPERM,  // CANNOT_DELETE
        0xC000_0123: ESTALE,  // FILE_DELETED
        0xC000_0128: EBADF,  // FILE_CLOSED
        0xC000_0265: EMLINK,  // TOO_MANY_LINKS
        0xC000_0275: EINVAL,  // NOT_A_REPARSE_POINT
        0x8000_0013: EINVAL,  // INVALID_EA_NAME
        0x8000_002D: ELOOP,  // STOPPED_ON_SYMLINK
        0xC000_0427: EFBIG,  // FILE_SYSTEM_LIMITATION
    ]
}
