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
    var change = FileTime.zero
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
        guard store.capabilities.contains(.extendedAttributes) else { throw .notSupported }
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
            // Where nothing can be stored beside the file, attributes are not kept.
            let keeps = store.capabilities.contains(.extendedAttributes) && !kind.isSpecial
            if change.attributes != nil || change.creationTime != nil, keeps {
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
            if let time = change.changeTime, keeps { try setChangeTime(time) }
        }
        state.withLock { state in
            if let time = change.changeTime { state.frozen.change = time }
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

    /// A busy machine may keep a thread waiting in the middle of an attempt, and again.
    private static let setChangeTimeAttemptsMax = 50

    /// Stores a time of change beside the kernel's, which storing it moves: when that took too
    /// long, once more.
    private func setChangeTime(_ time: FileTime) throws(Errno) {
        guard store.capabilities.contains(.extendedAttributes) else { return }
        for _ in 0..<Self.setChangeTimeAttemptsMax {
            var wanted = try knownAttributes()
            let setAt = FileTime(changeOf: try System.status(handle.rawValue))
            let change = StoredChangeTime(time: time, setAt: setAt)
            wanted.change = change
            try storeAttributes(wanted)
            let kernel = FileTime(changeOf: try System.status(handle.rawValue))
            if change.isCurrent(kernel, tolerance: StoredChangeTime.tolerance / 2) { return }
        }
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
                lastWrite: metadata.lastWriteTime,
                change: metadata.changeTime
            )
        }
    }

    func restoreFrozenTimes() {
        let frozen = state.withLock { $0.frozen }
        guard !frozen.times.isEmpty else { return }
        // Best effort: the bytes are written, and their time is no reason to say otherwise.
        try? restore(frozen)
    }

    /// Sets what has moved, and only that: setting a time is a change, too.
    private func restore(_ frozen: Frozen) throws(Errno) {
        let status = try System.status(handle.rawValue)
        let now = FileMetadata(status, try store.storedAttributes(handle.rawValue))
        let moved = { (bit: FrozenTimes, value: FileTime, current: FileTime) in
            frozen.times.contains(bit) && value != current ? value : nil
        }
        try setTimes(
            access: moved(.lastAccess, frozen.lastAccess, now.lastAccessTime),
            write: moved(.lastWrite, frozen.lastWrite, now.lastWriteTime)
        )
        guard frozen.times.contains(.change), !kind.isSpecial else { return }
        let after = FileTime(changeOf: try System.status(handle.rawValue))
        let stored = try store.storedAttributes(handle.rawValue)?.change
        if stored?.current(after) != frozen.change { try setChangeTime(frozen.change) }
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
