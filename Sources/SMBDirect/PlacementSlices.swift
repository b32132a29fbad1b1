/// The RDMA operations that move one range of local memory to or from a peer's (MS-SMBD 3.1.4.5,
/// 3.1.4.6): one for each descriptor it touches, and more where one is longer than the device
/// takes in a message.
public struct PlacementSlices: Sequence, IteratorProtocol, Sendable {
    public struct Slice: Hashable, Sendable {
        /// From the start of the local range.
        public var localOffset: Int
        public var remoteOffset: UInt64
        public var token: UInt32
        public var count: Int
    }

    private let memory: RemoteMemory
    private let count: Int
    private let sliceCountMax: Int
    private var index = 0
    /// Bytes of the current descriptor that are passed already.
    private var consumed = 0
    private var localOffset = 0

    /// Covers `count` bytes of the peer's memory from `offset`. Throws where its descriptors do
    /// not hold them or reach past the end of the address space, before anything is moved.
    public init(
        of memory: RemoteMemory,
        offset: Int = 0,
        count: Int,
        sliceCountMax: Int
    ) throws(SMBDirectError) {
        precondition(offset >= 0 && count >= 0 && sliceCountMax > 0)
        let (end, overflow) = offset.addingReportingOverflow(count)
        guard !overflow, end <= memory.byteCount else {
            throw .remoteMemoryTooShort(byteCount: memory.byteCount, wanted: end)
        }
        for index in 0..<memory.descriptorCount {
            let piece = memory[index]
            // The last byte's address must exist.
            guard
                piece.length == 0
                    || !piece.offset.addingReportingOverflow(UInt64(piece.length) - 1).overflow
            else { throw .remoteMemoryWraps(offset: piece.offset, length: piece.length) }
        }
        self.memory = memory
        self.count = count
        self.sliceCountMax = sliceCountMax
        consumed = offset
        skipConsumed()
    }

    /// Bytes that no slice has covered yet.
    public var remaining: Int { count - localOffset }

    public mutating func next() -> Slice? {
        guard localOffset < count else { return nil }
        let piece = memory[index]
        let step = Swift.min(sliceCountMax, Int(piece.length) - consumed, count - localOffset)
        let slice = Slice(
            localOffset: localOffset,
            remoteOffset: piece.offset + UInt64(consumed),
            token: piece.token,
            count: step
        )
        localOffset += step
        consumed += step
        skipConsumed()
        return slice
    }

    /// Goes on to the descriptor that holds the next byte.
    private mutating func skipConsumed() {
        while index < memory.descriptorCount, consumed >= Int(memory[index].length) {
            consumed -= Int(memory[index].length)
            index += 1
        }
    }
}
