import FileStore
import SMBMessages
import SMBState
import Wire

/// What a client may copy with one request; Windows has the same limits (MS-SMB2 3.3.3).
enum CopyLimits {
    static let chunkCountMax: UInt32 = 256
    static let chunkSizeMax: UInt32 = 1 << 20
    static let totalSizeMax: UInt32 = 16 << 20
}

extension FileControl {
    /// MS-SMB2 3.3.5.15.5. The key is the open's own identifier: it means something only within
    /// the session that has the open.
    func resumeKey(_ writer: inout WireWriter) throws -> Connection.Result {
        guard outputMax >= ResumeKeyResponse.encodedSize else { throw NTStatus.invalidParameter }
        let key = ResumeKey(first: open.fileID.persistent, second: open.fileID.volatile)
        return answer(&writer) { ResumeKeyResponse(key: key).encode(to: &$0) }
    }

    /// MS-SMB2 3.3.5.15.6.
    func copyChunks(
        into target: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        guard outputMax >= CopyChunkResponse.fixedSize,
            message.input.count >= CopyChunkRequest.fixedSize
        else { throw NTStatus.invalidParameter }
        let copy = try decode { reader throws(WireError) in try CopyChunkRequest(from: &reader) }
        let total = copy.chunks.reduce(0 as UInt64) { $0 + UInt64($1.length) }
        guard copy.chunks.count <= Int(CopyLimits.chunkCountMax),
            copy.chunks.allSatisfy({ (1...CopyLimits.chunkSizeMax).contains($0.length) }),
            total <= UInt64(CopyLimits.totalSizeMax)
        else {
            return refuseWithLimits(&writer)
        }
        let sourceOpen = try source(of: copy)
        let source = try sourceOpen.requireFile()
        try requireWritableShare()
        try checkAccess(from: sourceOpen)
        guard source.kind != .directory, target.kind != .directory else {
            throw NTStatus.invalidDeviceRequest
        }
        guard isUnlocked(copy.chunks, from: sourceOpen) else {
            // Nothing was copied, and the answer says so (3.3.5.15.6.1).
            response { CopyProgress().response.encode(to: &$0) }.encode(to: &writer)
            return .answeredWith(.fileLockConflict)
        }
        let breaks = files.withTable { $0.breakForChange(by: open.openID, waiter: WaiterID(0)) }
        shard.notify(breaks.breaks)
        return try runCopy(copy.chunks, from: source, to: target, &writer)
    }

    private func refuseWithLimits(_ writer: inout WireWriter) -> Connection.Result {
        response {
            CopyChunkResponse(
                chunksWritten: CopyLimits.chunkCountMax,
                chunkBytesWritten: CopyLimits.chunkSizeMax,
                totalBytesWritten: CopyLimits.totalSizeMax
            ).encode(to: &$0)
        }.encode(to: &writer)
        return .answeredWith(.invalidParameter)
    }

    private func source(of copy: CopyChunkRequest) throws(NTStatus) -> Open {
        guard let session = request.session, let source = session.opens[copy.sourceKey.second],
            source.fileID.persistent == copy.sourceKey.first, copy.sourceKey.third == 0
        else { throw .objectNameNotFound }
        return source
    }

    private func checkAccess(from source: Open) throws(NTStatus) {
        guard !source.grantedAccess.isDisjoint(with: [.readData, .execute]) else {
            throw .accessDenied
        }
        guard !open.grantedAccess.isDisjoint(with: [.writeData, .appendData]) else {
            throw .accessDenied
        }
        if message.controlCode == .copyChunk { try open.require(.readData) }
    }

    private func isUnlocked(_ chunks: [CopyChunk], from source: Open) -> Bool {
        files.withTable { table in
            chunks.allSatisfy { chunk in
                let length = UInt64(chunk.length)
                let from = LockRange(offset: chunk.sourceOffset, length: length)
                let to = LockRange(offset: chunk.targetOffset, length: length)
                return table.allowsRead(source.openID, from)
                    && table.allowsWrite(open.openID, to)
            }
        }
    }

    /// Copies on a thread that may wait for the disk.
    private func runCopy(
        _ chunks: [CopyChunk],
        from source: any StoreFile,
        to target: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let code = message.controlCode
        let fileID = open.fileID
        return try request.work(&writer) {
            CopyProgress.run(chunks, from: source, to: target)
        } answer: { progress, writer in
            var output = WireWriter()
            progress.response.encode(to: &output)
            IoctlResponse(controlCode: code, fileID: fileID, output: output.finish())
                .encode(to: &writer)
            return progress.status
        }
    }

    /// MS-FSA 2.1.5.10.4: blocks shared instead of copied.
    func duplicateExtents(
        into target: any StoreFile,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let extents: DuplicateExtents
        if message.controlCode == .duplicateExtents {
            extents = try decode { reader throws(WireError) in
                try DuplicateExtents(from: &reader)
            }
        } else {
            let value = try decode { reader throws(WireError) in
                try DuplicateExtentsExtended(from: &reader)
            }
            extents = DuplicateExtents(
                sourceFileID: value.sourceFileID,
                sourceFileOffset: value.sourceFileOffset,
                targetFileOffset: value.targetFileOffset,
                byteCount: value.byteCount
            )
        }
        guard let store = open.tree.share.store, store.capabilities.contains(.reflinks) else {
            throw NTStatus.notSupported
        }
        guard let session = request.session,
            let sourceOpen = session.opens[extents.sourceFileID.volatile],
            sourceOpen.fileID == extents.sourceFileID
        else { throw NTStatus.invalidHandle }
        let source = try sourceOpen.requireFile()
        try requireWritableShare()
        try open.require(.writeData)
        try sourceOpen.require(.readData)
        guard let from = UInt64(exactly: extents.sourceFileOffset),
            let to = UInt64(exactly: extents.targetFileOffset),
            let count = UInt64(exactly: extents.byteCount)
        else { throw NTStatus.invalidParameter }
        if count == 0 { return answer(&writer) }
        let isFree = files.withTable { table in
            table.allowsRead(sourceOpen.openID, LockRange(offset: from, length: count))
                && table.allowsWrite(open.openID, LockRange(offset: to, length: count))
        }
        guard isFree else { throw NTStatus.fileLockConflict }
        // The target does not grow by this (MS-FSA 2.1.5.10.4).
        let end = to.addingReportingOverflow(count)
        guard !end.overflow, end.partialValue <= (try target.metadata()).endOfFile else {
            throw NTStatus.notSupported
        }
        let response = response()
        return try request.work(&writer) { () -> NTStatus in
            do throws(NTStatus) {
                try target.cloneRange(
                    from: source,
                    sourceOffset: from,
                    targetOffset: to,
                    count: count
                )
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

/// How far the chunks of a copy came.
struct CopyProgress: Sendable {
    var status = NTStatus.success
    var response = CopyChunkResponse(
        chunksWritten: 0,
        chunkBytesWritten: 0,
        totalBytesWritten: 0
    )

    static func run(
        _ chunks: [CopyChunk],
        from source: any StoreFile,
        to target: any StoreFile
    ) -> CopyProgress {
        var progress = CopyProgress()
        do throws(NTStatus) {
            let size = try source.metadata().endOfFile
            for chunk in chunks {
                let end = chunk.sourceOffset.addingReportingOverflow(UInt64(chunk.length))
                guard !end.overflow, end.partialValue <= size else { throw .invalidViewSize }
                let count = try target.copyRange(
                    from: source,
                    sourceOffset: chunk.sourceOffset,
                    targetOffset: chunk.targetOffset,
                    count: UInt64(chunk.length)
                )
                progress.response.totalBytesWritten += UInt32(truncatingIfNeeded: count)
                guard count == UInt64(chunk.length) else {
                    progress.response.chunkBytesWritten = UInt32(truncatingIfNeeded: count)
                    throw .dataError
                }
                progress.response.chunksWritten += 1
            }
        } catch {
            progress.status = error
        }
        return progress
    }
}
