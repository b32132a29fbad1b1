internal import CFileSystem
internal import Descriptors
import SMBMessages

/// Holes, and copies within the kernel.
extension POSIXFile {
    private static let zeroBlockSize = 65536
    private static let copyBlockSize = 1 << 20

    func setSparse(_ isSparse: Bool) throws(NTStatus) {
        guard kind == .file else { throw .invalidParameter }
        try store.checkWritable()
        try mappingErrors { () throws(Errno) in
            var stored = try knownAttributes()
            if isSparse {
                stored.attributes.insert(.sparseFile)
            } else {
                stored.attributes.remove(.sparseFile)
            }
            try storeAttributes(stored)
        }
    }

    private func isSparse() throws(NTStatus) -> Bool {
        try mappingErrors { () throws(Errno) in
            try knownAttributes().attributes.contains(.sparseFile)
        }
    }

    private func size() throws(NTStatus) -> UInt64 {
        try mappingErrors { () throws(Errno) in try System.status(handle.rawValue).size }
    }

    func zero(_ range: FileRange) throws(NTStatus) {
        try checkData()
        try store.checkWritable()
        let size = try size()
        // Beyond the end of the file there is nothing to be zeroed.
        guard let end = range.end else { throw .invalidParameter }
        let last = min(end, size)
        guard range.offset < last else { return }
        let offset = Int64(range.offset)
        let count = Int64(last - range.offset)
        let sparse = try isSparse()
        do {
            if sparse {
                _ = try Errno.check(fs_punch_hole(handle.rawValue, offset, count))
            } else {
                _ = try Errno.check(fs_zero_range(handle.rawValue, offset, count))
            }
        } catch .notSupported {
            try writeZeros(from: range.offset, to: last)
        } catch {
            throw NTStatus(error)
        }
        restoreFrozenTimes()
    }

    private func writeZeros(from start: UInt64, to end: UInt64) throws(NTStatus) {
        let zeros = [UInt8](repeating: 0, count: Self.zeroBlockSize)
        var position = start
        while position < end {
            let count = Int(min(UInt64(Self.zeroBlockSize), end - position))
            let block = unsafe zeros.span.bytes.extracting(first: count)
            _ = try write(block, at: position)
            position += UInt64(count)
        }
    }

    /// A file that is not sparse counts as allocated throughout (MS-FSA 2.1.5.10.22).
    func allocatedRanges(in range: FileRange, limit: Int) throws(NTStatus) -> [FileRange] {
        try checkData()
        guard let end = range.end else { throw .invalidParameter }
        let last = min(end, try size())
        guard range.offset < last, limit > 0 else { return [] }
        guard try isSparse() else {
            return [FileRange(offset: range.offset, count: last - range.offset)]
        }
        var ranges: [FileRange] = []
        var position = Int64(range.offset)
        while position < Int64(last), ranges.count < limit {
            let data = fs_seek_data(handle.rawValue, position)
            // Nothing but a hole follows.
            if data == -Int64(Errno.noSuchAddress.rawValue) { break }
            let (start, stop) = try mappingErrors { () throws(Errno) in
                let start = try Errno.check(data)
                return (start, try Errno.check(fs_seek_hole(handle.rawValue, start)))
            }
            guard start < Int64(last), stop > start else { break }
            let bounded = min(stop, Int64(last))
            ranges.append(FileRange(offset: UInt64(start), count: UInt64(bounded - start)))
            position = stop
        }
        return ranges
    }

    func copyRange(
        from source: any StoreFile,
        sourceOffset: UInt64,
        targetOffset: UInt64,
        count: UInt64
    ) throws(NTStatus) -> UInt64 {
        try checkData()
        try store.checkWritable()
        guard FileRange(offset: sourceOffset, count: count).end != nil,
            FileRange(offset: targetOffset, count: count).end != nil
        else { throw .invalidParameter }
        var copied: UInt64 = 0
        if source.descriptor >= 0, source.identity != identity {
            copied = try copyInKernel(source.descriptor, sourceOffset, targetOffset, count)
        }
        if copied < count {
            copied += try copyThroughMemory(
                source,
                sourceOffset + copied,
                targetOffset + copied,
                count - copied
            )
        }
        restoreFrozenTimes()
        return copied
    }

    /// Stops early at the source's end, or where the kernel cannot copy between these files.
    private func copyInKernel(
        _ source: Int32,
        _ sourceOffset: UInt64,
        _ targetOffset: UInt64,
        _ count: UInt64
    ) throws(NTStatus) -> UInt64 {
        var copied: UInt64 = 0
        while copied < count {
            let step = min(count - copied, 1 << 30)
            let result = fs_copy_range(
                source,
                Int64(sourceOffset + copied),
                handle.rawValue,
                Int64(targetOffset + copied),
                Int(step)
            )
            if result == 0 { break }
            do {
                copied += UInt64(try Errno.check(result))
            } catch .notSupported, .crossDeviceLink, .invalidArgument, .notImplemented {
                break
            } catch {
                throw NTStatus(error)
            }
        }
        return copied
    }

    /// Copies block by block, from the end where the ranges overlap so that bytes are read before
    /// they are written over.
    private func copyThroughMemory(
        _ source: any StoreFile,
        _ sourceOffset: UInt64,
        _ targetOffset: UInt64,
        _ count: UInt64
    ) throws(NTStatus) -> UInt64 {
        let size = try source.metadata().endOfFile
        guard sourceOffset < size else { return 0 }
        let total = min(count, size - sourceOffset)
        let backwards = source.identity == identity && targetOffset > sourceOffset
        var block = [UInt8](repeating: 0, count: Int(min(total, UInt64(Self.copyBlockSize))))
        var copied: UInt64 = 0
        while copied < total {
            let step = min(UInt64(block.count), total - copied)
            let position = backwards ? total - copied - step : copied
            if UInt64(block.count) > step { block.removeLast(block.count - Int(step)) }
            let got = try Self.read(source, at: sourceOffset + position, into: &block)
            guard got > 0 else { break }
            let bytes = unsafe block.span.bytes.extracting(first: got)
            _ = try write(bytes, at: targetOffset + position)
            if UInt64(got) < step, backwards { throw .fileLockConflict }
            copied += UInt64(got)
        }
        return copied
    }

    /// Reads as much as an array has room for.
    static func read(
        _ source: any StoreFile,
        at offset: UInt64,
        into block: inout [UInt8]
    ) throws(NTStatus) -> Int {
        var elements = block.mutableSpan
        var bytes = unsafe elements.mutableBytes
        return try source.read(into: &bytes, at: offset)
    }

    func cloneRange(
        from source: any StoreFile,
        sourceOffset: UInt64,
        targetOffset: UInt64,
        count: UInt64
    ) throws(NTStatus) {
        try checkData()
        try store.checkWritable()
        guard source.descriptor >= 0, let from = Int64(exactly: sourceOffset),
            let to = Int64(exactly: targetOffset)
        else { throw .invalidParameter }
        let result = fs_clone_range(source.descriptor, from, handle.rawValue, to, count)
        do {
            _ = try Errno.check(result)
        } catch .notSupported, .crossDeviceLink {
            throw .invalidDeviceRequest
        } catch {
            throw NTStatus(error)
        }
        restoreFrozenTimes()
    }
}
