internal import Descriptors
internal import Reactor

/// Loads the blocks of a local file, on the threads that may wait for a disk.
final class FileSource: WriteSource, Sendable {
    private let source: LocalFile
    private let files: FileIOPool

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
        let file = source
        files.run(for: stream.reactor) {
            FileSource.read(buffer, count, from: file, at: offset)
        } completion: {
            stream.loaded(slot: slot, error: $0)
        }
    }

    private static func read(
        _ buffer: IOBuffer,
        _ count: Int,
        from file: LocalFile,
        at offset: UInt64
    ) -> ClientError? {
        do {
            let done = try unsafe file.read(into: buffer.base, count: count, at: offset)
            buffer.count = done
            return done == count ? nil : .shrunk
        } catch {
            return ClientError(error, action: "read '\(EntryName.shown(file.path))'")
        }
    }
}
