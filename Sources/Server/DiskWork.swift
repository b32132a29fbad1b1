import FileStore
import Glibc
import Reactor
import SMBMessages

/// What a thread that may wait for a disk does for a READ or WRITE. It is kept in the request's
/// slot: no closure is made for it.
struct DiskWork {
    enum Kind {
        /// Into `buffer`, which becomes the answer's payload.
        case read(ReadRequest)
        /// From the message.
        case write(WriteRequest, writesThrough: Bool)
        /// Into, and from, the memory of the request's transfer.
        case readPlaced, writePlaced
    }

    var kind: Kind
    var file: any StoreFile
    var buffer: IOBuffer?
    var count = 0
    /// Bytes moved; below zero where a read failed.
    var outcome: Result<Int, NTStatus> = .success(0)
}

extension Request: FileIOJob {
    /// Gives the work to the pool; false where that has too much to do. The request is suspended.
    func submit(_ work: DiskWork) -> Bool {
        diskWork = work
        if connection.server.pool.submit(self, for: connection.reactor) { return true }
        diskWork = nil
        return false
    }

    /// The slot keeps everything until `fileIOEnded`, whatever becomes of the connection.
    func performFileIO() {
        guard let work = diskWork else { preconditionFailure("no work was given") }
        diskWork?.outcome = perform(work)
    }

    private func perform(_ work: DiskWork) -> Result<Int, NTStatus> {
        do {
            switch work.kind {
            case .read(let message):
                guard let buffer = work.buffer else { throw NTStatus.internalError }
                let descriptor = work.file.descriptor
                let offset = Int(message.offset)
                return .success(unsafe pread(descriptor, buffer.base, work.count, offset))
            case .readPlaced:
                guard let transfer, let buffer = transfer.buffer else {
                    throw NTStatus.internalError
                }
                let descriptor = work.file.descriptor
                let offset = Int(transfer.offset)
                return .success(unsafe pread(descriptor, buffer.base, transfer.count, offset))
            case .write(let message, let writesThrough):
                let range = (message.dataOffset, message.dataLength)
                let count = try withPayload(offset: range.0, count: range.1) {
                    try Write.put(
                        $0,
                        work.file,
                        at: message.offset,
                        writesThrough: writesThrough
                    )
                }
                return .success(Int(count))
            case .writePlaced:
                guard let transfer, let buffer = transfer.buffer else {
                    throw NTStatus.internalError
                }
                return .success(Int(try Self.write(transfer, buffer)))
            }
        } catch {
            return .failure(error as? NTStatus ?? .internalError)
        }
    }

    func fileIOEnded() {
        guard let work = diskWork else { preconditionFailure("no work was given") }
        diskWork = nil
        switch work.kind {
        case .read(let message): Read.ended(self, message, work)
        case .write: Write.ended(self, work)
        case .readPlaced: readPlacedEnded(work)
        case .writePlaced: answerWrite(work.outcome)
        }
    }
}
