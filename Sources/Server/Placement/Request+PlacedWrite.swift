import FileStore
import Reactor
import SMBMessages
import Wire

/// WRITE with data that was fetched from the client's memory (MS-SMB2 3.3.5.13).
extension Request {
    /// Checks what arrived and writes it: here where the file lies in memory, else on a thread
    /// that may wait.
    func writeTransfer() {
        guard let transfer, let buffer = transfer.buffer else { return }
        buffer.count = transfer.count
        do throws(NTStatus) {
            try unprotect(buffer, transfer.placement)
            // The client may have closed it, or lost the session, while its bytes came.
            guard !transfer.open.isClosed else { throw .fileClosed }
            try Write.prepare(self, transfer.open, offset: transfer.offset, count: transfer.count)
            if transfer.open.dataPath == .cached || transfer.open.dataPath == .slow {
                let work = DiskWork(kind: .writePlaced, file: transfer.file)
                guard submit(work) else { throw NTStatus.insufficientResources }
            } else {
                let count = try Self.write(transfer, buffer)
                answerWrite(.success(Int(count)))
            }
        } catch {
            answerWrite(.failure(error))
        }
    }

    static func write(
        _ transfer: PlacedTransfer,
        _ buffer: IOBuffer
    ) throws(NTStatus) -> UInt32 {
        guard transfer.file.descriptor >= 0 else {
            return UInt32(try transfer.file.write(buffer.bytes, at: transfer.offset))
        }
        guard case .fetching(let writesThrough) = transfer.direction else { throw .internalError }
        return try Write.put(
            buffer.bytes,
            transfer.file,
            at: transfer.offset,
            writesThrough: writesThrough
        )
    }

    func answerWrite(_ result: Result<Int, NTStatus>) {
        endTransfer()
        resume { writer throws in
            WriteResponse(count: UInt32(try result.get())).encode(to: &writer)
            return .success
        }
    }
}
