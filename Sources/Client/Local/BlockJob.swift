internal import Descriptors
internal import Reactor

/// Moves one block between a stream and a local file, on a thread that may wait for the disk. A
/// slot of a stream uses it again and again.
final class BlockJob: FileIOJob {
    enum Work {
        /// Into the file: at the offset, or behind what was put there before.
        case store, append
        /// Out of the file.
        case load
    }

    private let work: Work
    private let file: LocalFile
    private var buffer: IOBuffer?
    private var range = 0..<0
    private var offset: UInt64 = 0
    private var failure: ClientError?
    /// The stream, which nobody else may be holding meanwhile.
    private var owner: AnyObject?
    /// Called on the reactor, with nil or what went wrong.
    private let ended: (ClientError?) -> Void

    init(_ work: Work, _ file: LocalFile, ended: @escaping (ClientError?) -> Void) {
        self.work = work
        self.file = file
        self.ended = ended
    }

    /// Does it on a thread of the pool or, when that has too much to do, here. A block that is
    /// stored takes its buffer with it.
    func begin(
        _ buffer: IOBuffer,
        _ range: Range<Int>,
        at offset: UInt64,
        of owner: AnyObject,
        on reactor: Reactor,
        _ files: FileIOPool
    ) {
        self.buffer = buffer
        self.range = range
        self.offset = offset
        self.owner = owner
        if files.submit(self, for: reactor) { return }
        performFileIO()
        fileIOEnded()
    }

    func performFileIO() {
        guard let buffer else { preconditionFailure("no block was given") }
        do throws(Errno) {
            let start = unsafe buffer.base + range.lowerBound
            switch work {
            case .store:
                try unsafe file.write(UnsafeRawPointer(start), count: range.count, at: offset)
            case .append:
                try unsafe file.append(UnsafeRawPointer(start), count: range.count)
            case .load:
                let done = try unsafe file.read(into: start, count: range.count, at: offset)
                buffer.count = done
                failure = done == range.count ? nil : .shrunk
            }
        } catch {
            let action = work == .load ? "read" : "write"
            failure = ClientError(error, action: "\(action) '\(EntryName.shown(file.path))'")
        }
        if work != .load { buffer.recycle() }
    }

    func fileIOEnded() {
        buffer = nil
        let failure = failure
        self.failure = nil
        let owner = self.owner.take()
        ended(failure)
        withExtendedLifetime(owner) {}
    }
}
