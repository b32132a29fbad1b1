internal import Glibc
internal import Reactor
internal import Transport

extension OutboundMessage {
    /// All bytes of the message in one piece; gives its buffer back.
    func takeBytes() -> [UInt8] {
        var bytes = head
        switch payload {
        case .none:
            break
        case .buffer(let buffer, let offset, let count):
            let part = unsafe UnsafeRawBufferPointer(start: buffer.base + offset, count: count)
            unsafe bytes.append(contentsOf: part)
            buffer.recycle()
        case .file(let descriptor, owner: _, let offset, let count):
            bytes.append(contentsOf: repeatElement(0, count: count))
            unsafe bytes.withUnsafeMutableBytes { all in
                let part = unsafe all.baseAddress.map { unsafe $0 + (all.count - count) }
                // What the file has no longer stays zero.
                if let part = unsafe part {
                    _ = unsafe pread(descriptor, part, count, off_t(offset))
                }
            }
        }
        return bytes
    }
}
