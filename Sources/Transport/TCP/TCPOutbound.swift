internal import CSystem
internal import Descriptors
internal import Glibc
internal import Reactor

/// A queued message: its frame and head lie in a chunk of memory shared with its neighbours.
struct TCPOutboundEntry {
    var chunk: IOBuffer
    var headOffset: Int
    /// The four bytes of the frame included.
    var headCount: Int
    var payload: OutboundMessage.Payload

    var byteCount: Int { headCount + payload.count }

    /// What the message keeps in memory while it waits.
    var heldByteCount: Int {
        if case .file = payload { return headCount }
        return byteCount
    }
}

/// The part of a file payload that is on its way from the file to the socket.
///
/// 256 KiB that were just read are still in the processor's cache when the socket copies them.
/// This is for small payloads and for bytes that have to come from a disk; the others go by
/// `sendfile`, see `TCPTransport.sendFile`.
struct TCPFilePiece {
    static let byteCountMax = 256 << 10

    var buffer: IOBuffer?
    /// What of `buffer` is still to be sent; at most `buffer.count`.
    var offset = 0
    /// Payloads of at least this size are worth a call of their own.
    static let sendfileByteCountMin = 64 << 10

    /// The file is being read on another thread, because its bytes are not in memory.
    var isReading = false

    var remaining: Int { buffer.map { $0.count - offset } ?? 0 }

    enum ReadResult {
        case ready
        /// The page cache lacks the bytes: this thread must not wait for the disk.
        case wouldBlock
        case failed(Errno)
    }

    /// Whether the page cache has the first and the last of these bytes: it evicts them no later
    /// than what lies between. A file system that cannot tell keeps its files in memory (tmpfs),
    /// or leaves no choice.
    static func isCached(descriptor: Int32, offset: Int64, count: Int) -> Bool {
        hasByte(descriptor, at: offset) && hasByte(descriptor, at: offset + Int64(count) - 1)
    }

    private static func hasByte(_ descriptor: Int32, at offset: Int64) -> Bool {
        var byte: UInt8 = 0
        let flags = csystem_rwf_nowait
        return unsafe csystem_pread(descriptor, &byte, 1, off_t(offset), flags) != -Int(EAGAIN)
    }

    /// Reads up to `count` bytes; zeros stand for what the file no longer has.
    static func read(
        into buffer: IOBuffer,
        descriptor: Int32,
        offset: Int64,
        count: Int,
        mayBlock: Bool
    ) -> ReadResult {
        let wanted = min(count, byteCountMax)
        var flags = mayBlock ? 0 : csystem_rwf_nowait
        while true {
            let base = unsafe buffer.base
            let result = unsafe csystem_pread(descriptor, base, wanted, off_t(offset), flags)
            if result > 0 {
                buffer.count = result
                return .ready
            }
            if result == 0 {
                unsafe memset(base, 0, wanted)
                buffer.count = wanted
                return .ready
            }
            switch Errno(rawValue: Int32(-result)) {
            case .interrupted: continue
            case .wouldBlock where flags != 0: return .wouldBlock
            // A file system that knows no such flag keeps its files in memory (tmpfs), or leaves
            // no choice.
            case .notSupported where flags != 0: flags = 0
            case let error: return .failed(error)
            }
        }
    }
}
