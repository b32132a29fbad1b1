internal import Reactor

/// Loads the blocks of a local file, on the threads that may wait for a disk. Confined to the
/// thread of its stream.
final class FileSource: WriteSource, @unchecked Sendable {
    private let source: LocalFile
    private let files: FileIOPool
    /// One for each slot of the stream that was used.
    private var jobs: [BlockJob?] = []

    init(_ file: LocalFile, files: FileIOPool) {
        source = file
        self.files = files
    }

    var file: LocalFile? { source }

    func load(
        _ buffer: IOBuffer,
        count: Int,
        at offset: UInt64,
        slot: Int,
        for stream: WriteStream
    ) {
        job(slot, stream).begin(
            buffer,
            0..<count,
            at: offset,
            of: stream,
            on: stream.reactor,
            files
        )
    }

    private func job(_ slot: Int, _ stream: WriteStream) -> BlockJob {
        while jobs.count <= slot { jobs.append(nil) }
        if let job = jobs[slot] { return job }
        let job = BlockJob(.load, source) { [unowned stream] failure in
            stream.loaded(slot: slot, error: failure)
        }
        jobs[slot] = job
        return job
    }
}
