internal import CFileSystem
internal import Descriptors
import SMBMessages

/// Bytes of an ordinary file, and how many there are.
extension POSIXFile {
    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(NTStatus) -> Int {
        try checkData()
        guard let position = Int64(exactly: offset) else { return 0 }
        let descriptor = handle.rawValue
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe fs_read(descriptor, buffer.baseAddress, buffer.count, position)
        }
        return try mappingErrors { () throws(Errno) in Int(try Errno.check(count)) }
    }

    func write(_ bytes: RawSpan, at offset: UInt64) throws(NTStatus) -> Int {
        try checkData()
        try store.checkWritable()
        let count = bytes.byteCount
        guard let position = Int64(exactly: offset),
            !position.addingReportingOverflow(Int64(count)).overflow
        else { throw .invalidParameter }
        let descriptor = handle.rawValue
        var written = 0
        while written < count {
            let result = unsafe bytes.withUnsafeBytes { buffer in
                unsafe fs_write(
                    descriptor,
                    buffer.baseAddress?.advanced(by: written),
                    count - written,
                    position + Int64(written)
                )
            }
            let step = try mappingErrors { () throws(Errno) in Int(try Errno.check(result)) }
            // A full disk shows as a short write first, then as an error.
            if step == 0 { throw .diskFull }
            written += step
        }
        restoreFrozenTimes()
        return written
    }

    func flush(fullSync: Bool) throws(NTStatus) {
        guard hasData else { return }
        try mappingErrors { () throws(Errno) in
            _ = try Errno.check(fs_synchronize(handle.rawValue, fullSync ? 0 : 1))
        }
    }

    func setEndOfFile(_ size: UInt64) throws(NTStatus) {
        try checkData()
        try store.checkWritable()
        guard let size = Int64(exactly: size) else { throw .invalidParameter }
        try mappingErrors { () throws(Errno) in
            _ = try Errno.check(fs_truncate(handle.rawValue, size))
        }
        restoreFrozenTimes()
    }

    func setAllocation(_ size: UInt64) throws(NTStatus) {
        try checkData()
        try store.checkWritable()
        let status = try mappingErrors { () throws(Errno) in try System.status(handle.rawValue) }
        if size < status.size {
            try setEndOfFile(size)
        } else {
            try reserve(size)
        }
    }

    /// Room for `size` bytes, without changing the file's size. File systems that cannot promise
    /// room are believed to have it.
    func reserve(_ size: UInt64) throws(NTStatus) {
        guard size > 0 else { return }
        guard let size = Int64(exactly: size) else { throw .invalidParameter }
        do {
            _ = try Errno.check(fs_reserve(handle.rawValue, 0, size))
        } catch .notSupported {
            return
        } catch .fileTooLarge, .noSpace {
            throw .diskFull
        } catch {
            throw NTStatus(error)
        }
    }

    /// Puts a file back to nothing for OVERWRITE and SUPERSEDE (MS-FSA 2.1.5.1.2): no bytes, no
    /// streams, no extended attributes but those of the request, and its attributes.
    func replaceContents(
        _ request: StoreOpenRequest,
        _ stored: StoredAttributes?
    ) throws(NTStatus) -> StoredAttributes? {
        let wanted = StoredAttributes(
            attributes: request.attributes.union(.archive)
                .subtracting([.sparseFile, .notContentIndexed]),
            creationTime: stored?.creationTime
        )
        try mappingErrors { () throws(Errno) in
            _ = try Errno.check(fs_truncate(handle.rawValue, 0))
            guard store.capabilities.contains(.extendedAttributes) else { return }
            for name in try System.attributeNames(handle.rawValue) {
                guard StreamName(attribute: name) != nil || ExtendedName(attribute: name) != nil
                else { continue }
                try System.removeAttribute(handle.rawValue, NativePath(bytes: name))
            }
            try storeAttributes(wanted)
        }
        if !request.extendedAttributes.isEmpty {
            try setExtendedAttributes(request.extendedAttributes)
        }
        if request.allocationSize > 0 { try reserve(request.allocationSize) }
        return wanted
    }
}
