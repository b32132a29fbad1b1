import SMBMessages

extension FileTable {
    /// Before a WRITE, a change of size, or FSCTL_SET_ZERO_DATA whose gate is not open.
    public mutating func breakForChange(by open: OpenID, waiter: WaiterID) -> CacheBreaks {
        waiting(of: open, waiter) { stream, serial in
            stream.breakForChange(by: open, serial: &serial)
        }
    }

    /// Before a rename, a link or a deletion of the open's file.
    public mutating func breakForNameChange(by open: OpenID, waiter: WaiterID) -> CacheBreaks {
        waiting(of: open, waiter) { stream, serial in
            stream.breakForNameChange(by: open, serial: &serial)
        }
    }

    private mutating func waiting(
        of open: OpenID,
        _ waiter: WaiterID,
        _ body: (inout StreamRecord, inout UInt64) -> CacheBreaks
    ) -> CacheBreaks {
        withStream(of: open) { stream, serial in
            var result = body(&stream, &serial)
            if result.mustWait {
                if stream.waiters.count < StreamRecord.waitersMax {
                    stream.waiters.append(waiter)
                } else {
                    result.mustWait = false
                }
            }
            return result
        } ?? CacheBreaks()
    }

    /// STATUS_FILE_LOCK_CONFLICT where false (MS-FSA 2.1.5.3).
    public mutating func allowsRead(_ open: OpenID, _ range: LockRange) -> Bool {
        withStream(of: open) { stream, _ in stream.locks.allowsRead(range, by: open) } ?? true
    }

    /// STATUS_FILE_LOCK_CONFLICT where false (MS-FSA 2.1.5.4).
    public mutating func allowsWrite(_ open: OpenID, _ range: LockRange) -> Bool {
        withStream(of: open) { stream, _ in stream.locks.allowsWrite(range, by: open) } ?? true
    }

    /// MS-SMB2 3.3.5.14: the elements of a LOCK request, and the caches that locking breaks
    /// (MS-FSA 2.1.5.8).
    public mutating func lock(
        _ open: OpenID,
        _ elements: [ByteRangeLocks.Element],
        waiter: WaiterID
    ) -> (result: ByteRangeLocks.Result, breaks: [CacheBreak]) {
        withStream(of: open) { stream, serial in
            var breaks: [CacheBreak] = []
            if elements.first?.flags.contains(.unlock) == false {
                breaks = stream.breakForChange(by: open, serial: &serial).breaks
            }
            return (stream.locks.apply(elements, owner: open, waiter: waiter), breaks)
        } ?? (ByteRangeLocks.Result(outcome: .refused(.fileClosed), granted: []), [])
    }

    /// Takes a request out of every queue of a file: a CREATE by its file, everything else by its
    /// open. False where it is not waiting any more, because it was woken.
    public mutating func cancel(_ waiter: WaiterID, file: FileKey) -> Bool {
        guard let slot = files.index(forKey: file) else { return false }
        var found = false
        for index in files.values[slot].streams.indices {
            if files.values[slot].streams[index].cancel(waiter) { found = true }
        }
        forgetIfUnused(file)
        return found
    }

    public mutating func cancel(_ waiter: WaiterID, open: OpenID) -> Bool {
        withStream(of: open) { stream, _ in stream.cancel(waiter) } ?? false
    }
}

extension StreamRecord {
    mutating func cancel(_ waiter: WaiterID) -> Bool {
        if let index = waiters.firstIndex(of: waiter) {
            waiters.remove(at: index)
            return true
        }
        return locks.cancel(waiter)
    }
}
