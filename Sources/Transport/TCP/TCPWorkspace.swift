internal import CSystem
internal import Glibc
internal import Reactor

/// What the TCP transports of one reactor share, because only one of them runs at a time: the
/// memory stays in the processor's cache, and idle connections hold none.
@safe final class TCPWorkspace {
    /// Small messages are received many at a time into this much memory.
    static let scratchByteCount = 64 << 10
    /// Behind the end of a large message only the next one's head is taken along: what else
    /// follows shall be received where it belongs.
    static let overreadByteCount = 4096
    static let vectorCountMax = 64
    private static let headCountMax = 64
    private static let headCapacityMax = 64 << 10

    let scratch: UnsafeMutableRawPointer
    let vectors: UnsafeMutablePointer<iovec>
    private var heads: [[UInt8]] = []

    init() {
        unsafe scratch = .allocate(byteCount: Self.scratchByteCount, alignment: 4096)
        unsafe vectors = .allocate(capacity: Self.vectorCountMax)
    }

    deinit {
        unsafe scratch.deallocate()
        unsafe vectors.deallocate()
    }

    func takeHead() -> [UInt8] {
        if let head = heads.popLast() { return head }
        var head: [UInt8] = []
        head.reserveCapacity(512)
        return head
    }

    func takeBack(_ head: consuming [UInt8]) {
        guard heads.count < Self.headCountMax, head.capacity <= Self.headCapacityMax else { return }
        head.removeAll(keepingCapacity: true)
        heads.append(head)
    }
}
