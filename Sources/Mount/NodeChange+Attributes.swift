internal import CFUSE
internal import Client
internal import Glibc

extension NodeChange {
    /// What setattr is asked to change.
    init(_ attributes: stat, _ what: Int32) {
        self.init()
        if what & FUSE_SET_ATTR_MODE != 0 { mode = attributes.st_mode & 0o7777 }
        if what & FUSE_SET_ATTR_UID != 0 { userID = attributes.st_uid }
        if what & FUSE_SET_ATTR_GID != 0 { groupID = attributes.st_gid }
        if what & FUSE_SET_ATTR_SIZE != 0 { byteCount = UInt64(max(0, attributes.st_size)) }
        if what & FUSE_SET_ATTR_ATIME_NOW != 0 {
            accessed = .now
        } else if what & FUSE_SET_ATTR_ATIME != 0 {
            accessed = Timestamp(attributes.st_atim)
        }
        if what & FUSE_SET_ATTR_MTIME_NOW != 0 {
            modified = .now
        } else if what & FUSE_SET_ATTR_MTIME != 0 {
            modified = Timestamp(attributes.st_mtim)
        }
    }
}

extension Timestamp {
    fileprivate init(_ time: timespec) {
        self.init(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}
