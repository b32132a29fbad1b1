internal import Reactor
internal import SMBMessages
internal import Wire

extension RemoteFile {
    /// How a range is read or written; the limits of the server hold in any case.
    private func target(_ range: Range<UInt64>, limit: Int) -> BulkTarget {
        let options = share.session.options
        return BulkTarget(
            open: open,
            range: range,
            block: min(options.blockByteCount, limit),
            depth: options.depth
        )
    }

    /// Copies a range to the same place of a local file.
    public func read(
        _ range: Range<UInt64>,
        into file: LocalFile,
        progress: TransferProgress? = nil
    ) async throws(ClientError) {
        let sink = FileSink(file, files: share.session.runtime.files)
        try await read(range, sink, progress)
    }

    /// Copies a range to where a pipe, a device or standard output is.
    public func read(
        _ range: Range<UInt64>,
        appendingTo stream: LocalFile,
        progress: TransferProgress? = nil
    ) async throws(ClientError) {
        let sink: any ReadSink & Sendable =
            try stream.facts.kind == .null
            ? NullSink()
            : FileSink(stream, files: share.session.runtime.files, isOrdered: true)
        try await read(range, sink, progress)
    }

    /// Copies a range into memory that the caller keeps valid until the call returns.
    public func read(
        _ range: Range<UInt64>,
        into memory: UnsafeMutableRawBufferPointer,
        progress: TransferProgress? = nil
    ) async throws(ClientError) {
        precondition(UInt64(memory.count) >= range.upperBound - range.lowerBound)
        let sink = unsafe MemorySink(memory, from: range.lowerBound)
        try await read(range, sink, progress)
    }

    /// Reads up to the end of the file, or of the range; the number of bytes that there were.
    /// The memory must stay valid until the call returns.
    public func readAvailable(
        _ range: Range<UInt64>,
        into memory: UnsafeMutableRawBufferPointer
    ) async throws(ClientError) -> Int {
        precondition(UInt64(memory.count) >= range.upperBound - range.lowerBound)
        let progress = TransferProgress()
        let sink = unsafe MemorySink(memory, from: range.lowerBound)
        try await read(range, sink, progress, mayEnd: true)
        return Int(progress.byteCount)
    }

    private func read(
        _ range: Range<UInt64>,
        _ sink: any ReadSink & Sendable,
        _ progress: TransferProgress?,
        mayEnd: Bool = false
    ) async throws(ClientError) {
        var wanted = target(range, limit: share.session.traits.maxRead)
        wanted.mayEnd = mayEnd
        let target = wanted
        let channels = channels
        let reference = StreamReference<ReadStream>()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<Void, ClientError>, Never>) in
                channels.reactor.perform {
                    let stream = ReadStream(
                        channels: channels,
                        target: target,
                        sink: sink,
                        progress: progress
                    )
                    reference.stream = stream
                    stream.start { continuation.resume(returning: $0) }
                }
            }
        } onCancel: {
            channels.reactor.post { reference.stream?.stop(.cancelledByUser) }
        }
        try finish(result, "read")
    }

    /// Copies a range of a local file to the same place of this one.
    public func write(
        _ range: Range<UInt64>,
        from file: LocalFile,
        progress: TransferProgress? = nil
    ) async throws(ClientError) {
        let source = FileSource(file, files: share.session.runtime.files)
        try await write(range, source, progress)
    }

    /// Writes bytes from `offset` on.
    public func write(_ bytes: [UInt8], at offset: UInt64 = 0) async throws(ClientError) {
        let end = offset + UInt64(bytes.count)
        try await write(offset..<end, BytesSource(bytes, from: offset), nil)
    }

    /// Writes bytes that `make` puts into the memory that they leave from: nothing is copied on
    /// this machine. It is called on the thread of the connections, once for each block and its
    /// offset, in any order and once more for what a lost channel may have lost, and must fill the
    /// block: what it leaves out is whatever the memory held before.
    public func write(
        _ range: Range<UInt64>,
        making make: @escaping @Sendable (UnsafeMutableRawBufferPointer, UInt64) -> Void
    ) async throws(ClientError) {
        try await write(range, unsafe MadeSource(make), nil)
    }

    private func write(
        _ range: Range<UInt64>,
        _ source: any WriteSource & Sendable,
        _ progress: TransferProgress?
    ) async throws(ClientError) {
        let target = target(range, limit: share.session.traits.maxWrite)
        let channels = channels
        let reference = StreamReference<WriteStream>()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<Void, ClientError>, Never>) in
                channels.reactor.perform {
                    let stream = WriteStream(
                        channels: channels,
                        target: target,
                        source: source,
                        progress: progress
                    )
                    reference.stream = stream
                    stream.start { continuation.resume(returning: $0) }
                }
            }
        } onCancel: {
            channels.reactor.post { reference.stream?.stop(.cancelledByUser) }
        }
        try finish(result, "write")
    }

    private func finish(
        _ result: Result<Void, ClientError>,
        _ action: String
    ) throws(ClientError) {
        do throws(ClientError) {
            try result.get()
        } catch {
            throw share.readOnlyHint(error).during("\(action) \(Share.shown(path))")
        }
    }
}

/// Lets the cancellation handler find the stream. Used on the reactor's thread alone.
private final class StreamReference<Stream: AnyObject>: @unchecked Sendable {
    var stream: Stream?
}

extension RemoteFile {
    /// A small file, whole.
    func readAll() async throws(ClientError) -> [UInt8] {
        let count = Int(min(facts.byteCount, 1 << 20))
        guard count > 0 else { return [] }
        let reply = try await channels.exchange(
            Request(.read, on: open, payloadCount: count) {
                ReadRequest(fileID: $0, offset: 0, length: UInt32(count)).encode(to: &$1)
            }
        )
        let message = reply.message
        return try reply.decode("answer to a read") { reader throws(WireError) in
            let response = try ReadResponse(from: &reader)
            return Array(message[response.dataOffset..<response.dataOffset + response.dataLength])
        }
    }
}
