import FileStore
import Glibc
import Reactor
import SMBMessages
import SMBState
import Transport
import Wire

/// MS-SMB2 3.3.5.12.
///
/// An unsigned read of cached bytes is not read here at all: the transport streams it from the
/// file, one small hot buffer at a time. Signed and sealed ones need their bytes in memory first.
enum Read {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let message = try ReadRequest(from: &reader)
        let count = Int(message.length)
        let placement = try request.placement(of: message, &reader)
        try request.checkCreditCharge(payloadCount: count)
        let open = try request.open(message.fileID)
        let isPlaced = placement != nil
        guard isPlaced || request.connection.fits(request, inlineCount: count) else {
            throw NTStatus.invalidParameter
        }
        guard case .file(let file) = open.target else {
            guard !isPlaced else { throw NTStatus.invalidParameter }
            return try open.readPipe(request, message, &writer)
        }
        guard !open.grantedAccess.isDisjoint(with: [.readData, .execute]) else {
            throw NTStatus.accessDenied
        }
        guard file.kind != .directory else { throw NTStatus.invalidDeviceRequest }
        let (end, overflow) = message.offset.addingReportingOverflow(UInt64(count))
        guard !overflow, end <= UInt64(Int64.max) else { throw NTStatus.invalidParameter }
        try checkLocks(request, open, offset: message.offset, count: count)
        if let placement { return try place(request, open, file, message, placement, &writer) }
        guard file.descriptor >= 0 else {
            return try readStream(request, file, message, &writer)
        }
        return try readFile(request, open, file, message, &writer)
    }

    /// MS-FSA 2.1.5.3: another open's exclusive lock keeps readers out.
    private static func checkLocks(
        _ request: Request,
        _ open: Open,
        offset: UInt64,
        count: Int
    ) throws(NTStatus) {
        guard let gate = open.gate, !gate.isOpenForReading else { return }
        let range = LockRange(offset: offset, length: UInt64(count))
        let isAllowed = request.connection.server.files.withTable {
            $0.allowsRead(open.openID, range)
        }
        guard isAllowed else { throw .fileLockConflict }
    }

    /// Reads into memory that the transport places from. Where the file ends is seen by reading:
    /// one system call less.
    private static func place(
        _ request: Request,
        _ open: Open,
        _ file: any StoreFile,
        _ message: ReadRequest,
        _ placement: RemotePlacement,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        if file.descriptor >= 0, request.connection.server.configuration.pinnedFiles != nil {
            var status = stat()
            guard unsafe fstat(file.descriptor, &status) == 0 else { throw NTStatus.fileClosed }
            let count = min(Int(message.length), max(0, status.st_size - Int(message.offset)))
            guard count > 0, count >= Int(message.minimumCount) else { throw NTStatus.endOfFile }
            let isPinned = request.answerPinned(
                status,
                offset: message.offset,
                count: count,
                placement,
                &writer
            )
            if isPinned {
                open.currentByteOffset = message.offset + UInt64(count)
                return .answered
            }
        }
        let transfer = PlacedTransfer(
            direction: .placing(minimumCount: Int(message.minimumCount)),
            placement: placement,
            open: open,
            file: file,
            offset: message.offset,
            count: Int(message.length)
        )
        return try request.move(transfer, &writer)
    }

    private static func readFile(
        _ request: Request,
        _ open: Open,
        _ file: any StoreFile,
        _ message: ReadRequest,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        var status = stat()
        guard unsafe fstat(file.descriptor, &status) == 0 else { throw NTStatus.fileClosed }
        let offset = Int(message.offset)
        let available = max(0, status.st_size - offset)
        let count = min(Int(message.length), available)
        guard count >= Int(message.minimumCount) else { throw NTStatus.endOfFile }
        if count == 0 {
            guard message.length == 0 else { throw NTStatus.endOfFile }
            ReadResponse(dataLength: 0).encode(to: &writer)
            writer.write(UInt8(0))
            return .answered
        }
        let isReady = open.dataPath.isReady(file.descriptor, offset: offset, count: count)
        open.currentByteOffset = message.offset + UInt64(count)
        if isReady, !request.needsPayloadInMemory, !request.needsPayloadInline {
            ReadResponse(dataLength: count).encode(to: &writer)
            request.payload = .file(
                descriptor: file.descriptor,
                owner: file,
                offset: Int64(offset),
                count: count
            )
            return .answered
        }
        guard let buffer = request.connection.reactor.buffers.take(capacity: count) else {
            throw NTStatus.insufficientResources
        }
        // A compound is answered in one piece, so it is read here and now.
        if isReady || request.needsPayloadInline {
            buffer.count = unsafe pread(file.descriptor, buffer.base, count, offset)
            return try finish(request, message, buffer, &writer)
        }
        return try readInPool(request, file, message, buffer, count)
    }

    private static func readInPool(
        _ request: Request,
        _ file: any StoreFile,
        _ message: ReadRequest,
        _ buffer: IOBuffer,
        _ count: Int
    ) throws -> Connection.Result {
        try request.suspend(.brief)
        let work = DiskWork(kind: .read(message), file: file, buffer: buffer, count: count)
        guard request.submit(work) else {
            buffer.recycle()
            request.unsuspend()
            throw NTStatus.insufficientResources
        }
        return .waiting
    }

    /// A thread that may wait for a disk has read.
    static func ended(_ request: Request, _ message: ReadRequest, _ work: DiskWork) {
        guard let buffer = work.buffer else { preconditionFailure("a read without memory") }
        request.resume { writer throws in
            buffer.count = try work.outcome.get()
            _ = try finish(request, message, buffer, &writer)
            return .success
        }
    }

    /// Puts what was read behind the response, or says why there is nothing.
    private static func finish(
        _ request: Request,
        _ message: ReadRequest,
        _ buffer: IOBuffer,
        _ writer: inout WireWriter
    ) throws(NTStatus) -> Connection.Result {
        guard buffer.count > 0, buffer.count >= Int(message.minimumCount) else {
            let failed = buffer.count < 0
            buffer.count = 0
            buffer.recycle()
            throw failed ? .dataError : .endOfFile
        }
        ReadResponse(dataLength: buffer.count).encode(to: &writer)
        if request.needsPayloadInline {
            writer.write(bytes: buffer.bytes)
            buffer.recycle()
        } else {
            request.payload = .buffer(buffer, offset: 0, count: buffer.count)
        }
        return .answered
    }

    /// Named streams are small and lie in extended attributes.
    private static func readStream(
        _ request: Request,
        _ file: any StoreFile,
        _ message: ReadRequest,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let capacity = max(1, Int(message.length))
        guard let buffer = request.connection.reactor.buffers.take(capacity: capacity) else {
            throw NTStatus.insufficientResources
        }
        buffer.count = Int(message.length)
        do {
            buffer.count = try buffer.withMutableBytes { bytes throws(NTStatus) in
                try file.read(into: &bytes, at: message.offset)
            }
        } catch {
            buffer.recycle()
            throw error
        }
        if buffer.count == 0, message.length == 0, message.minimumCount == 0 {
            buffer.recycle()
            ReadResponse(dataLength: 0).encode(to: &writer)
            writer.write(UInt8(0))
            return .answered
        }
        return try finish(request, message, buffer, &writer)
    }
}
