import Descriptors
import FileStore
import Glibc
import Reactor
import SMBMessages
import SMBState
import Wire

/// MS-SMB2 3.3.5.13. The data goes from the buffer that it was received in to the file.
enum Write {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let message = try WriteRequest(from: &reader)
        let placement = try request.placement(of: message, &reader)
        let count = placement == nil ? message.dataLength : Int(message.remainingBytes)
        try request.checkCreditCharge(payloadCount: message.dataLength)
        let open = try request.open(message.fileID)
        guard placement != nil || count <= request.connection.limits.ioSizeMax else {
            throw NTStatus.invalidParameter
        }
        guard case .file(let file) = open.target else {
            guard placement == nil else { throw NTStatus.invalidParameter }
            return try open.writePipe(request, message, &writer)
        }
        guard !open.grantedAccess.isDisjoint(with: [.writeData, .appendData]) else {
            throw NTStatus.accessDenied
        }
        guard file.kind != .directory else { throw NTStatus.invalidDeviceRequest }
        let (end, overflow) = message.offset.addingReportingOverflow(UInt64(count))
        guard !overflow, end <= UInt64(Int64.max) else { throw NTStatus.invalidParameter }
        let writesThrough =
            message.flags.contains(.writeThrough) || open.createOptions.contains(.writeThrough)
        if let placement {
            let transfer = PlacedTransfer(
                direction: .fetching(writesThrough: writesThrough),
                placement: placement,
                open: open,
                file: file,
                offset: message.offset,
                count: count
            )
            return try request.move(transfer, &writer)
        }
        if message.dataLength == 0 {
            WriteResponse(count: 0).encode(to: &writer)
            return .answered
        }
        try prepare(request, open, offset: message.offset, count: message.dataLength)
        guard file.descriptor >= 0 else {
            let count = try request.withPayload(
                offset: message.dataOffset,
                count: message.dataLength
            ) { try file.write($0, at: message.offset) }
            WriteResponse(count: UInt32(count)).encode(to: &writer)
            return .answered
        }
        if open.dataPath == .memory || request.needsPayloadInline {
            let count = try request.withPayload(
                offset: message.dataOffset,
                count: message.dataLength
            ) { try put($0, file, at: message.offset, writesThrough: writesThrough) }
            WriteResponse(count: count).encode(to: &writer)
            return .answered
        }
        return try writeInPool(request, file, message, writesThrough)
    }

    /// MS-FSA 2.1.5.4: locks of others keep writers out; what others cached becomes wrong.
    static func prepare(
        _ request: Request,
        _ open: Open,
        offset: UInt64,
        count: Int
    ) throws(NTStatus) {
        guard let gate = open.gate, !gate.isOpenForWriting else { return }
        let range = LockRange(offset: offset, length: UInt64(count))
        let shard = request.connection.requireShard
        let (isAllowed, breaks) = shard.server.files.withTable { table in
            guard table.allowsWrite(open.openID, range) else { return (false, CacheBreaks()) }
            // Only level II and read leases can stand beside a writer: nobody has to be waited for.
            return (true, table.breakForChange(by: open.openID, waiter: WaiterID(0)))
        }
        guard isAllowed else { throw .fileLockConflict }
        shard.notify(breaks.breaks)
    }

    private static func writeInPool(
        _ request: Request,
        _ file: any StoreFile,
        _ message: WriteRequest,
        _ writesThrough: Bool
    ) throws -> Connection.Result {
        try request.suspend(.brief)
        let kind = DiskWork.Kind.write(message, writesThrough: writesThrough)
        guard request.submit(DiskWork(kind: kind, file: file)) else {
            request.unsuspend()
            throw NTStatus.insufficientResources
        }
        return .waiting
    }

    /// A thread that may wait for a disk has written.
    static func ended(_ request: Request, _ work: DiskWork) {
        request.resume { writer throws in
            WriteResponse(count: UInt32(try work.outcome.get())).encode(to: &writer)
            return .success
        }
    }

    /// Writes all of `bytes`, and to the disk where the client asked for that.
    static func put(
        _ bytes: RawSpan,
        _ file: any StoreFile,
        at offset: UInt64,
        writesThrough: Bool
    ) throws(NTStatus) -> UInt32 {
        let count = try unsafe bytes.withUnsafeBytes { buffer throws(NTStatus) in
            var written = 0
            while written < buffer.count, let base = buffer.baseAddress {
                let result = unsafe pwrite(
                    file.descriptor,
                    base + written,
                    buffer.count - written,
                    Int(offset) + written
                )
                if result < 0 {
                    if errno == EINTR { continue }
                    guard written > 0 else { throw NTStatus(Errno.current) }
                    break
                }
                written += result
            }
            return written
        }
        file.restoreFrozenTimes()
        if writesThrough {
            try file.flush(fullSync: false)
        }
        return UInt32(count)
    }
}
