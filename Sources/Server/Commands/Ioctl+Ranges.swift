import FileStore
import SMBMessages
import SMBState
import Wire

extension FileControl {
    /// Ranges that one answer lists at most; a client asks on from where it ended.
    private static let rangeCountMax = 65_536

    /// MS-FSA 2.1.5.10.36.
    func setZeroData(
        _ file: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let range = try decode { reader throws(WireError) in try FileZeroData(from: &reader) }
        guard file.kind == .file else { throw NTStatus.invalidParameter }
        try requireWritableShare()
        try open.require(.writeData)
        guard let start = UInt64(exactly: range.fileOffset),
            let end = UInt64(exactly: range.beyondFinalZero), end >= start
        else { throw NTStatus.invalidParameter }
        guard end > start else { return answer(&writer) }
        let count = end - start
        let isFree = files.withTable {
            $0.allowsWrite(open.openID, LockRange(offset: start, length: count))
        }
        guard isFree else { throw NTStatus.fileLockConflict }
        let breaks = files.withTable { $0.breakForChange(by: open.openID, waiter: WaiterID(0)) }
        shard.notify(breaks.breaks)
        return try change(&writer) { () throws(NTStatus) in
            try file.zero(FileRange(offset: start, count: count))
        }
    }

    /// MS-FSA 2.1.5.10.35: a missing argument means yes.
    func setSparse(
        _ file: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        guard file.kind == .file else { throw NTStatus.invalidParameter }
        try requireWritableShare()
        let needed: AccessMask = [.writeData, .appendData, .writeAttributes]
        guard !open.grantedAccess.isDisjoint(with: needed) else { throw NTStatus.accessDenied }
        let isSparse = message.input.first.map { $0 != 0 } ?? true
        return try change(&writer) { () throws(NTStatus) in try file.setSparse(isSparse) }
    }

    /// MS-FSA 2.1.5.10.22.
    func queryAllocatedRanges(
        _ file: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let query = try decode { reader throws(WireError) in try AllocatedRange(from: &reader) }
        guard file.kind == .file else { throw NTStatus.invalidParameter }
        try open.require(.readData)
        let ranges = try ranges(of: file, query.fileOffset, query.length)
        let fitting = outputMax / AllocatedRange.fixedSize
        guard fitting > 0 || ranges.isEmpty else { throw NTStatus.bufferTooSmall }
        let result = answer(&writer) { writer in
            for range in ranges.prefix(fitting) {
                AllocatedRange(
                    fileOffset: Int64(range.offset),
                    length: Int64(range.count)
                ).encode(to: &writer)
            }
        }
        return ranges.count > fitting ? .answeredWith(.bufferOverflow) : result
    }

    private func ranges(
        of file: any StoreFile,
        _ offset: Int64,
        _ length: Int64
    ) throws(NTStatus) -> [FileRange] {
        let end = offset.addingReportingOverflow(length)
        guard offset >= 0, length >= 0, !end.overflow else { throw .invalidParameter }
        if length == 0 { return [] }
        let limit = min(Self.rangeCountMax, outputMax / AllocatedRange.fixedSize + 1)
        let range = FileRange(offset: UInt64(offset), count: UInt64(length))
        return try file.allocatedRanges(in: range, limit: limit)
    }

    /// MS-FSA 2.1.5.10.23: all that is below the end of the file is valid.
    func queryFileRegions(
        _ file: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        guard file.kind == .file else { throw NTStatus.invalidParameter }
        try open.require(.readData)
        let query =
            message.input.isEmpty
            ? FileRegionQuery(fileOffset: 0, length: .max, desiredUsage: 1)
            : try decode { reader throws(WireError) in try FileRegionQuery(from: &reader) }
        guard query.fileOffset >= 0, query.length >= 0, query.desiredUsage & 3 != 0 else {
            throw NTStatus.invalidParameter
        }
        guard outputMax >= FileRegions.fixedSize + FileRegion.fixedSize else {
            throw NTStatus.bufferTooSmall
        }
        let size = Int64(clamping: try file.metadata().endOfFile)
        let (sum, overflow) = query.fileOffset.addingReportingOverflow(query.length)
        let end = overflow ? size : min(size, sum)
        var regions: [FileRegion] = []
        if end > query.fileOffset {
            regions.append(
                FileRegion(
                    fileOffset: query.fileOffset,
                    length: end - query.fileOffset,
                    usage: query.desiredUsage
                )
            )
        }
        return answer(&writer) {
            FileRegions(totalCount: UInt32(regions.count), regions: regions).encode(to: &$0)
        }
    }

    /// MS-FSA 2.1.5.10.12: what is not needed any more reads as zeros from now on.
    func trim(
        _ file: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let trim = try decode { reader throws(WireError) in try FileLevelTrim(from: &reader) }
        guard file.kind == .file, trim.key == 0 else { throw NTStatus.invalidParameter }
        try requireWritableShare()
        try open.require(.writeData)
        guard !trim.ranges.isEmpty else { throw NTStatus.noRangesProcessed }
        // A hint: bytes that were not punched out would be just as right.
        let count = UInt32(trim.ranges.count)
        guard outputMax >= 4 else { return answer(&writer) }
        return answer(&writer) { $0.write(count) }
    }

    /// Runs a change that may wait for the disk and answers without output.
    func change(
        _ writer: inout WireWriter,
        _ body: @escaping @Sendable () throws(NTStatus) -> Void
    ) throws -> Connection.Result {
        let response = response()
        return try request.work(&writer) { () -> NTStatus in
            do throws(NTStatus) {
                try body()
                return .success
            } catch {
                return error
            }
        } answer: { status, writer in
            guard status == .success else { throw status }
            response.encode(to: &writer)
            return .success
        }
    }
}
