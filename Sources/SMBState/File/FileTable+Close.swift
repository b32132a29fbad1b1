/// What the close of an open leaves to be done.
public struct FileCloseResult: Hashable, Sendable {
    public enum Deletion: Hashable, Sendable {
        case none
        /// The named stream is to be removed.
        case stream
        /// The file itself is to be removed, its streams with it.
        case file
    }

    public var deletion = Deletion.none
    /// Requests to try again.
    public var woken: [WaiterID] = []
    /// LOCK requests of others that now have their lock.
    public var lockedNow: [WaiterID] = []
    /// LOCK requests of this open that will never have theirs; they are answered with
    /// STATUS_RANGE_NOT_LOCKED.
    public var locksEnded: [WaiterID] = []

    public init() {}
}

extension FileTable {
    /// MS-FSA 2.1.5.5. Idempotent: an unknown open leaves nothing to be done.
    ///
    /// FILE_DELETE_ON_CLOSE means nothing with `honorsDeleteOnClose` false: to an open that never
    /// came about, and to a directory that is not empty.
    public mutating func close(
        _ open: OpenID,
        honorsDeleteOnClose: Bool = true
    ) -> FileCloseResult {
        var result = FileCloseResult()
        guard let location = opens.removeValue(forKey: open),
            let slot = files.index(forKey: location.file),
            let index = files.values[slot].index(of: location.stream)
        else { return result }
        paths[open] = nil
        let entry = files.values[slot].streams[index].remove(open, &result)
        if let lease = entry?.lease,
            files.values[slot].streams[index].anyOpen(of: lease) == nil
        {
            leases[lease] = nil
        }
        if honorsDeleteOnClose, entry?.deletesOnClose == true {
            files.values[slot].setDeletePending(streamAt: index, true)
        }
        result.deletion = files.values[slot].dueDeletion(streamAt: index)
        if result.deletion == .file { files.values[slot].isBeingDeleted = true }
        files.values[slot].streams[index].updateGate()
        forgetIfUnused(location.file)
        return result
    }

    /// The deletion that `close` asked for was carried out, or failed: the file can be forgotten.
    /// Until then opens get STATUS_DELETE_PENDING, so that nobody opens what is about to go.
    public mutating func deletionEnded(_ file: FileKey) {
        guard files[file]?.isBeingDeleted == true else { return }
        files[file]?.isBeingDeleted = false
        files[file]?.isDeletePending = false
        forgetIfUnused(file)
    }

    /// FILE_DISPOSITION_INFORMATION: marks the file or stream of an open, or takes the mark back,
    /// which also undoes FILE_DELETE_ON_CLOSE.
    public mutating func setDeletePending(_ open: OpenID, _ isPending: Bool) {
        guard let location = opens[open], let slot = files.index(forKey: location.file),
            let index = files.values[slot].index(of: location.stream)
        else { return }
        files.values[slot].setDeletePending(streamAt: index, isPending)
    }

    /// Whether an open's file or stream goes with its last open (FILE_STANDARD_INFORMATION).
    public func isDeletePending(_ open: OpenID) -> Bool {
        guard let location = opens[open], let record = files[location.file] else { return false }
        if record.isDeletePending { return true }
        guard let index = record.index(of: location.stream) else { return false }
        return record.streams[index].isDeletePending
    }
}

extension FileRecord {
    mutating func setDeletePending(streamAt index: Int, _ isPending: Bool) {
        if streams[index].name == nil {
            isDeletePending = isPending
        } else {
            streams[index].isDeletePending = isPending
        }
    }

    /// What goes now that an open of the stream is closed: the file with its very last open, a
    /// stream with its own last one.
    mutating func dueDeletion(streamAt index: Int) -> FileCloseResult.Deletion {
        if isDeletePending { return openCount == 0 ? .file : .none }
        guard streams[index].isDeletePending, streams[index].opens.isEmpty else { return .none }
        streams[index].isDeletePending = false
        return .stream
    }
}

extension StreamRecord {
    /// Takes the open out with its oplock, its locks, and its lease when it was the lease's last.
    mutating func remove(_ open: OpenID, _ result: inout FileCloseResult) -> OpenEntry? {
        guard let position = opens.firstIndex(where: { $0.id == open }) else { return nil }
        let entry = opens.remove(at: position)
        let lease = entry.lease
        let leaseIsOver = lease.map { anyOpen(of: $0) == nil } ?? false
        grants.removeAll { grant in
            switch grant.holder {
            case .oplock(let owner): owner == open
            case .lease(let id): leaseIsOver && id == lease
            }
        }
        result.locksEnded = locks.close(open)
        result.lockedNow = locks.released()
        // Its sharing, its caches or its breaks may be what others wait for.
        // While a break is not answered, they go on waiting for the answer.
        if !grants.contains(where: \.isBreaking) { result.woken = takeWaiters() }
        return entry
    }
}
