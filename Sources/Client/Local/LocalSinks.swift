internal import Descriptors
internal import Reactor

/// Stores each part at its place in a local file, on the threads that may wait for a disk.
final class FileSink: ReadSink, Sendable {
    private let file: LocalFile
    private let files: FileIOPool

    init(_ file: LocalFile, files: FileIOPool) {
        self.file = file
        self.files = files
    }

    var isOrdered: Bool { false }

    func store(
        _ buffer: IOBuffer,
        range: Range<Int>,
        at offset: UInt64,
        slot: Int,
        for stream: ReadStream
    ) {
        let file = file
        files.run(for: stream.reactor) {
            let failure = FileSink.write(buffer, range, to: file, at: offset)
            buffer.recycle()
            return failure
        } completion: {
            stream.stored(slot: slot, error: $0)
        }
    }

    private static func write(
        _ buffer: IOBuffer,
        _ range: Range<Int>,
        to file: LocalFile,
        at offset: UInt64
    ) -> ClientError? {
        do {
            let start = unsafe UnsafeRawPointer(buffer.base + range.lowerBound)
            try unsafe file.write(start, count: range.count, at: offset)
            return nil
        } catch {
            return ClientError(error, action: "write '\(EntryName.shown(file.path))'")
        }
    }
}

/// Passes the parts on, in order, to a pipe, a terminal or a device.
final class StreamSink: ReadSink, Sendable {
    private let file: LocalFile
    private let files: FileIOPool

    init(_ file: LocalFile, files: FileIOPool) {
        self.file = file
        self.files = files
    }

    var isOrdered: Bool { true }

    func store(
        _ buffer: IOBuffer,
        range: Range<Int>,
        at offset: UInt64,
        slot: Int,
        for stream: ReadStream
    ) {
        let file = file
        files.run(for: stream.reactor) {
            defer { buffer.recycle() }
            do throws(Errno) {
                let start = unsafe UnsafeRawPointer(buffer.base + range.lowerBound)
                try unsafe file.append(start, count: range.count)
                return nil
            } catch {
                return ClientError(error, action: "write '\(EntryName.shown(file.path))'")
            }
        } completion: {
            stream.stored(slot: slot, error: $0)
        }
    }
}

/// Writes to /dev/null, which takes everything at once.
final class NullSink: ReadSink, Sendable {
    private let file: LocalFile

    init(_ file: LocalFile) { self.file = file }

    var isOrdered: Bool { false }

    func store(
        _ buffer: IOBuffer,
        range: Range<Int>,
        at offset: UInt64,
        slot: Int,
        for stream: ReadStream
    ) {
        let start = unsafe UnsafeRawPointer(buffer.base + range.lowerBound)
        let result = Result { () throws(Errno) in
            try unsafe file.append(start, count: range.count)
        }
        buffer.recycle()
        switch result {
        case .success: stream.stored(slot: slot, error: nil)
        case .failure(let error):
            stream.stored(slot: slot, error: ClientError(error, action: "write '\(file.path)'"))
        }
    }
}

extension FileIOPool {
    /// Runs `work` on a thread of the pool or, when the pool has too much to do, here.
    func run(
        for reactor: Reactor,
        _ work: @escaping @Sendable () -> ClientError?,
        completion: @escaping (ClientError?) -> Void
    ) {
        if !submit(for: reactor, work, completion: completion) { completion(work()) }
    }
}
