import Glibc
import Reactor
import Transport

extension OutboundMessage {
    /// All bytes of the message in one piece, as they would cross a network; gives its buffer back.
    consuming func takeBytes() -> [UInt8] {
        var bytes = head
        switch payload {
        case .none:
            break
        case .buffer(let buffer, let offset, let count):
            unsafe buffer.bytes.extracting(offset..<offset + count).withUnsafeBytes {
                unsafe bytes.append(contentsOf: $0)
            }
            buffer.recycle()
        case .file(let descriptor, owner: _, let offset, let count):
            var part = [UInt8](repeating: 0, count: count)
            _ = unsafe pread(descriptor, &part, count, off_t(offset))
            bytes += part
        }
        return bytes
    }
}
