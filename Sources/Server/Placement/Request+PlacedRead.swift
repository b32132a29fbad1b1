import CSystem
import FileStore
import Glibc
import Reactor
import SMBMessages
import SMBSecurity
import Transport
import Wire

/// READ with data that is placed: the bytes are copied once, from the page cache to memory that
/// the device knows (MS-SMB2 3.3.5.12).
extension Request {
    /// Fills the buffer on this thread; false where that would have to wait for a disk. A count
    /// below zero stands for an error.
    func readTransfer() -> Bool {
        guard let transfer, let buffer = transfer.buffer else { return false }
        switch transfer.open.dataPath {
        case .memory:
            buffer.count = unsafe pread(
                transfer.file.descriptor,
                buffer.base,
                transfer.count,
                Int(transfer.offset)
            )
        case .cached:
            return readCached(transfer, buffer)
        case .slow:
            return false
        case .blocking:
            // Named streams lie in extended attributes and are read here and now.
            buffer.count = transfer.count
            do {
                buffer.count = try buffer.withMutableBytes { bytes throws(NTStatus) in
                    try transfer.file.read(into: &bytes, at: transfer.offset)
                }
            } catch {
                buffer.count = -1
            }
        }
        return true
    }

    /// Copies from the page cache; false where not all of it is there, or the kernel cannot tell.
    private func readCached(_ transfer: PlacedTransfer, _ buffer: IOBuffer) -> Bool {
        let descriptor = transfer.file.descriptor
        var done = 0
        while done < transfer.count {
            let result = unsafe csystem_pread(
                descriptor,
                buffer.base + done,
                transfer.count - done,
                off_t(transfer.offset) + off_t(done),
                csystem_rwf_nowait
            )
            if result == -Int(EINTR) { continue }
            guard result >= 0 else { return false }
            if result == 0 { break }
            done += result
        }
        buffer.count = done
        return true
    }

    /// Fills the buffer on a thread that may wait for the disk, then answers.
    func readInPool() throws(NTStatus) {
        guard let file = transfer?.file else { throw .internalError }
        guard submit(DiskWork(kind: .readPlaced, file: file)) else {
            throw .insufficientResources
        }
    }

    func readPlacedEnded(_ work: DiskWork) {
        guard !connection.isClosed else {
            endTransfer()
            return resume(failing: .cancelled)
        }
        transfer?.buffer?.count = (try? work.outcome.get()) ?? -1
        resume { writer throws in
            try answerRead(&writer)
            return .success
        }
    }

    /// Writes the response for what was read, and has the bytes placed in front of it.
    func answerRead(_ writer: inout WireWriter) throws {
        guard let transfer, let buffer = transfer.buffer,
            case .placing(let minimumCount) = transfer.direction
        else { throw NTStatus.internalError }
        let count = buffer.count
        guard count > 0, count >= minimumCount else {
            endTransfer()
            throw count < 0 ? NTStatus.dataError : .endOfFile
        }
        transfer.open.currentByteOffset = transfer.offset + UInt64(count)
        let crypto: RDMACryptoTransform?
        do {
            crypto = try protect(buffer, transfer.placement.protection)
        } catch {
            endTransfer()
            throw error
        }
        encodeResponse(count: count, crypto, &writer)
        placed = PlacedPayload(
            buffer: buffer,
            count: count,
            destination: transfer.placement.memory,
            heldByteCount: transfer.count
        )
        self.transfer = nil
    }

    /// Answers from memory that the device knows already, if the file is there as it is now:
    /// nothing is copied, and nothing is waited for. Data that is to be signed or encrypted takes
    /// the other way.
    func answerPinned(
        _ status: stat,
        offset: UInt64,
        count: Int,
        _ placement: RemotePlacement,
        _ writer: inout WireWriter
    ) -> Bool {
        guard placement.protection == .none, let start = Int(exactly: offset),
            let memory = connection.server.configuration.pinnedFiles?.memory(of: status),
            let buffer = connection.transport.buffer(over: memory),
            start <= buffer.capacity, count <= buffer.capacity - start
        else { return false }
        encodeResponse(count: count, nil, &writer)
        placed = PlacedPayload(
            buffer: buffer,
            offset: start,
            count: count,
            destination: placement.memory,
            heldByteCount: 0
        )
        return true
    }

    private func encodeResponse(
        count: Int,
        _ crypto: RDMACryptoTransform?,
        _ writer: inout WireWriter
    ) {
        guard let crypto else {
            // Not the one byte that 2.2.20 gives every buffer: Linux's client would take it for the
            // start of the next message.
            ReadResponse(dataLength: 0, dataRemaining: UInt32(count)).encode(to: &writer)
            return
        }
        let transform = RDMATransform(channel: .none, crypto: crypto)
        ReadResponse(
            dataLength: transform.encodedCount,
            dataRemaining: UInt32(count),
            flags: .rdmaTransform
        ).encode(to: &writer)
        transform.encode(to: &writer)
    }
}
