public import Descriptors
internal import Glibc
public import SMBMessages

extension NTStatus {
    /// What a failed system call means to an SMB client, where nothing more is known about it.
    ///
    /// ENOENT is a missing last component here; who walks a path tells OBJECT_PATH_NOT_FOUND apart.
    public init(_ error: Errno) {
        switch error.rawValue {
        case ENOENT: self = .objectNameNotFound
        case ENOTDIR: self = .objectPathNotFound
        case ELOOP: self = .objectPathNotFound
        case EISDIR: self = .fileIsADirectory
        case EEXIST: self = .objectNameCollision
        case ENOTEMPTY: self = .directoryNotEmpty
        case ENAMETOOLONG: self = .nameTooLong
        case EACCES, EPERM: self = .accessDenied
        case EROFS: self = .mediaWriteProtected
        case ENOSPC: self = .diskFull
        case EDQUOT: self = .quotaExceeded
        case EFBIG: self = .fileSystemLimitation
        case EMLINK: self = .tooManyLinks
        case EXDEV: self = .notSameDevice
        case EMFILE: self = .tooManyOpenedFiles
        case ENFILE, ENOMEM, ENOBUFS: self = .insufficientResources
        case EBUSY, ETXTBSY, EAGAIN: self = .sharingViolation
        case EINVAL, ERANGE, EOVERFLOW: self = .invalidParameter
        case EBADF: self = .invalidHandle
        case ESTALE: self = .fileClosed
        case ENODATA: self = .notFound
        case E2BIG: self = .eaTooLarge
        case EOPNOTSUPP, ENOSYS, ENOTTY: self = .notSupported
        case ENXIO, ENODEV: self = .noSuchDevice
        case ESPIPE: self = .invalidDeviceRequest
        case EIO, EBADMSG: self = .ioDeviceError
        case EUCLEAN: self = .fileCorruptError
        case ETIMEDOUT: self = .ioTimeout
        case ECANCELED, EINTR: self = .cancelled
        default: self = .unsuccessful
        }
    }

    /// STATUS_IO_DEVICE_ERROR (MS-ERREF 2.3.1).
    static let ioDeviceError = NTStatus(rawValue: 0xC000_0185)
}

/// Runs system calls and turns what they fail with into a status.
func mappingErrors<Result: ~Copyable>(
    _ body: () throws(Errno) -> Result
) throws(NTStatus) -> Result {
    do {
        return try body()
    } catch {
        throw NTStatus(error)
    }
}
