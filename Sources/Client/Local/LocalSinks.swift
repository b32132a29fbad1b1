internal import Descriptors
internal import Reactor

/// Stores each part in a local file, on the threads that may wait for a disk: at its place, or in
/// order for a pipe, a terminal or a device. Confined to the thread of its stream.
final class FileSink: ReadSink, @unchecked Sendable {
    private let file: LocalFile
    private let files: FileIOPool
    let isOrdered: Bool
    /// One for each slot of the stream that was used.
    private var jobs: [BlockJob?] = []

    init(_ file: LocalFile, files: FileIOPool, isOrdered: Bool = false) {
        self.file = file
        self.files = files
        self.isOrdered = isOrdered
    }

    func store(
        _ buffer: IOBuffer,
        range: Range<Int>,
        at offset: UInt64,
        slot: Int,
        for stream: ReadStream
    ) {
        job(slot, stream).begin(buffer, range, at: offset, of: stream, on: stream.reactor, files)
    }

    private func job(_ slot: Int, _ stream: ReadStream) -> BlockJob {
        while jobs.count <= slot { jobs.append(nil) }
        if let job = jobs[slot] { return job }
        let job = BlockJob(isOrdered ? .append : .store, file) { [unowned stream] failure in
            stream.stored(slot: slot, error: failure)
        }
        jobs[slot] = job
        return job
    }
}

/// Drops what it gets, as /dev/null does: the kernel need not be told.
final class NullSink: ReadSink, Sendable {
    var isOrdered: Bool { false }

    func store(
        _ buffer: IOBuffer,
        range: Range<Int>,
        at offset: UInt64,
        slot: Int,
        for stream: ReadStream
    ) {
        buffer.recycle()
        stream.stored(slot: slot, error: nil)
    }
}
