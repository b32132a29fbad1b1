internal import CFileSystem
internal import Descriptors
import SMBMessages
import Synchronization
import Wire

/// Times that an open holds still, with their values.
struct Frozen {
    var times: FrozenTimes = []
    var lastAccess = FileTime.zero
    var lastWrite = FileTime.zero
}

/// Times, attributes, owner and mode.
extension POSIXFile {
    /// What is stored, or what holds where nothing is.
    func knownAttributes() throws(Errno) -> StoredAttributes {
        try store.storedAttributes(handle.rawValue)
            ?? .defaults(isDirectory: kind == .directory)
    }

    /// Stores what differs from the defaults, or removes what is stored.
    func storeAttributes(_ wanted: StoredAttributes) throws(Errno) {
        let descriptor = handle.rawValue
        if wanted == .defaults(isDirectory: kind == .directory) {
            try System.removeAttribute(descriptor, StoredAttributes.name)
        } else {
            try System.setAttribute(descriptor, StoredAttributes.name, wanted.bytes)
        }
    }

    func setBasic(_ change: BasicChange) throws(NTStatus) {
        try store.checkWritable()
        try mappingErrors { () throws(Errno) in
            if change.attributes != nil || change.creationTime != nil, !kind.isSpecial {
                let before = try knownAttributes()
                var wanted = before
                if let attributes = change.attributes {
                    let kept = before.attributes.intersection(.sparseFile)
                    wanted = StoredAttributes(
                        attributes: attributes.subtracting(.sparseFile).union(kept),
                        creationTime: before.creationTime
                    )
                }
                if let time = change.creationTime { wanted.creationTime = time }
                if wanted != before { try storeAttributes(wanted) }
            }
            try setTimes(access: change.lastAccessTime, write: change.lastWriteTime)
        }
        state.withLock { state in
            if let time = change.lastAccessTime { state.frozen.lastAccess = time }
            if let time = change.lastWriteTime { state.frozen.lastWrite = time }
        }
        restoreFrozenTimes()
    }

    private func setTimes(access: FileTime?, write: FileTime?) throws(Errno) {
        guard access != nil || write != nil else { return }
        let accessed = Self.native(access)
        let written = Self.native(write)
        _ = try Errno.check(
            fs_set_times(
                handle.rawValue,
                accessed.seconds,
                accessed.nanoseconds,
                written.seconds,
                written.nanoseconds
            )
        )
    }

    private static func native(_ time: FileTime?) -> (seconds: Int64, nanoseconds: Int64) {
        guard let time else { return (0, fs_time_omit) }
        let unix = time.unix
        return (unix.seconds, unix.nanoseconds)
    }

    func freeze(_ times: FrozenTimes) throws(NTStatus) {
        let metadata = try metadata()
        state.withLock { state in
            state.frozen = Frozen(
                times: times,
                lastAccess: metadata.lastAccessTime,
                lastWrite: metadata.lastWriteTime
            )
        }
    }

    func restoreFrozenTimes() {
        let frozen = state.withLock { $0.frozen }
        if frozen.times.isDisjoint(with: [.lastAccess, .lastWrite]) { return }
        // Best effort: the bytes are written, and their time is no reason to say otherwise.
        try? setTimes(
            access: frozen.times.contains(.lastAccess) ? frozen.lastAccess : nil,
            write: frozen.times.contains(.lastWrite) ? frozen.lastWrite : nil
        )
    }

    func setPOSIX(_ change: POSIXChange) throws(NTStatus) {
        try store.checkWritable()
        guard kind != .symbolicLink else { throw .notSupported }
        try mappingErrors { () throws(Errno) in
            if change.userID != nil || change.groupID != nil {
                _ = try Errno.check(
                    fs_set_owner(
                        handle.rawValue,
                        change.userID ?? .max,
                        change.groupID ?? .max
                    )
                )
            }
            if let mode = change.mode {
                _ = try Errno.check(fs_set_mode(handle.rawValue, mode & 0o7777))
            }
        }
    }
}
