import Reactor

/// The requests of one connection that wait for memory to move their data through.
///
/// Memory that the transport has taken comes back to the pool without a word: while requests wait,
/// the queue looks again after a moment.
struct PlacementQueue {
    /// How long to wait before looking again; a fabric of 100 Gbit/s moves some 12 MiB meanwhile.
    static let retryNanoseconds: UInt64 = 1_000_000

    /// In the order of their arrival; each is one of the connection's pending requests, whose
    /// number is bounded.
    private var waiting = RingBuffer<Request>()
    /// Bytes of the buffers that requests hold now.
    private(set) var heldByteCount = 0
    var isServing = false
    var hasTimer = false

    var isEmpty: Bool { waiting.isEmpty }
    var first: Request? { waiting.isEmpty ? nil : waiting[0] }

    mutating func append(_ request: Request) { waiting.append(request) }

    mutating func popFirst() -> Request? { waiting.popFirst() }

    mutating func hold(_ byteCount: Int) { heldByteCount += byteCount }

    mutating func release(_ byteCount: Int) {
        precondition(byteCount <= heldByteCount)
        heldByteCount -= byteCount
    }
}
