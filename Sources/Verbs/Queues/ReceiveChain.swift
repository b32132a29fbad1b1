internal import CVerbs

/// Receives that go to the device together.
@safe public final class ReceiveChain {
    let requests: UnsafeMutablePointer<ibv_recv_wr>
    private let pieces: UnsafeMutablePointer<ibv_sge>
    public let capacity: Int
    public private(set) var count = 0

    public init(capacity: Int) {
        self.capacity = capacity
        unsafe requests = .allocate(capacity: capacity)
        unsafe requests.initialize(repeating: ibv_recv_wr(), count: capacity)
        unsafe pieces = .allocate(capacity: capacity)
        unsafe pieces.initialize(repeating: ibv_sge(), count: capacity)
    }

    deinit {
        unsafe requests.deallocate()
        unsafe pieces.deallocate()
    }

    public var isFull: Bool { count == capacity }

    public func removeAll() { count = 0 }

    /// Memory for one message.
    public func append(_ piece: MemoryPiece, id: UInt64) {
        precondition(count < capacity, "a chain is full")
        let request = unsafe requests + count
        if count > 0 { unsafe requests[count - 1].next = request }
        let entry = unsafe pieces + count
        unsafe entry.pointee.addr = piece.address
        unsafe entry.pointee.length = UInt32(piece.count)
        unsafe entry.pointee.lkey = piece.key
        unsafe cverbs_fill_receive(request, entry, id)
        count += 1
    }
}
