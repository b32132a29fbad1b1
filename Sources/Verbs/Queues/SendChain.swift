internal import CVerbs

/// Work requests that go to the device together: one call for all of them.
@safe public final class SendChain {
    /// Pieces that one SEND gathers.
    public static let pieceCountMax = 3

    let requests: UnsafeMutablePointer<ibv_send_wr>
    private let pieces: UnsafeMutablePointer<ibv_sge>
    public let capacity: Int
    public private(set) var count = 0

    public init(capacity: Int) {
        self.capacity = capacity
        unsafe requests = .allocate(capacity: capacity)
        unsafe requests.initialize(repeating: ibv_send_wr(), count: capacity)
        unsafe pieces = .allocate(capacity: capacity * Self.pieceCountMax)
        unsafe pieces.initialize(repeating: ibv_sge(), count: capacity * Self.pieceCountMax)
    }

    deinit {
        unsafe requests.deallocate()
        unsafe pieces.deallocate()
    }

    public var isFull: Bool { count == capacity }

    public func removeAll() { count = 0 }

    /// Places a piece in the peer's memory.
    public func appendWrite(
        _ piece: MemoryPiece,
        to remoteAddress: UInt64,
        key remoteKey: UInt32,
        id: UInt64
    ) {
        appendOneSided(IBV_WR_RDMA_WRITE, piece, remoteAddress, remoteKey, id)
    }

    /// Takes a piece from the peer's memory. Its completion is asked for with `signalLast`.
    public func appendRead(
        into piece: MemoryPiece,
        from remoteAddress: UInt64,
        key remoteKey: UInt32,
        id: UInt64
    ) {
        appendOneSided(IBV_WR_RDMA_READ, piece, remoteAddress, remoteKey, id)
    }

    /// Sends up to three pieces as one message. `invalidating` names a key of the peer's.
    public func appendSend(
        _ first: MemoryPiece,
        _ second: MemoryPiece?,
        _ third: MemoryPiece?,
        invalidating remoteKey: UInt32?,
        id: UInt64
    ) {
        let (request, list) = unsafe take()
        unsafe Self.fill(list, first)
        var number = 1
        if let second {
            unsafe Self.fill(list + number, second)
            number += 1
        }
        if let third {
            unsafe Self.fill(list + number, third)
            number += 1
        }
        unsafe cverbs_fill_send(request, list, Int32(number), id)
        if let remoteKey { unsafe cverbs_invalidate(request, remoteKey) }
    }

    /// Has the request that was added last tell when it is finished.
    public func signalLast() {
        precondition(count > 0)
        let flag = UInt32(IBV_SEND_SIGNALED.rawValue)
        unsafe requests[count - 1].send_flags |= flag
    }

    private func appendOneSided(
        _ operation: ibv_wr_opcode,
        _ piece: MemoryPiece,
        _ remoteAddress: UInt64,
        _ remoteKey: UInt32,
        _ id: UInt64
    ) {
        let (request, list) = unsafe take()
        unsafe Self.fill(list, piece)
        unsafe cverbs_fill_one_sided(request, list, operation, id, remoteAddress, remoteKey)
    }

    /// The next request, linked behind the last.
    private func take() -> (UnsafeMutablePointer<ibv_send_wr>, UnsafeMutablePointer<ibv_sge>) {
        precondition(count < capacity, "a chain is full")
        let request = unsafe requests + count
        if count > 0 { unsafe requests[count - 1].next = request }
        let list = unsafe pieces + count * Self.pieceCountMax
        count += 1
        return unsafe (request, list)
    }

    private static func fill(_ entry: UnsafeMutablePointer<ibv_sge>, _ piece: MemoryPiece) {
        unsafe entry.pointee.addr = piece.address
        unsafe entry.pointee.length = UInt32(piece.count)
        unsafe entry.pointee.lkey = piece.key
    }
}
