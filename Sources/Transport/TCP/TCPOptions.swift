internal import Reactor

/// The limits and habits of TCP transports.
public struct TCPOptions: Sendable {
    /// Larger messages end the connection. At most the 24 bits of the frame, and what a buffer of
    /// the pool holds.
    public var messageByteCountMax: Int

    /// With more memory than this in use for what a peer has not taken, nothing more is received
    /// from it: a client that asks and does not take the answers must not make memory grow. So
    /// little also keeps what is read and sealed for a peer in the processor's cache until the
    /// socket has it. Parts of files, which are read when their turn comes, do not count.
    public var heldByteCountMax = 2 << 20

    /// With more than this many messages queued, likewise.
    public var queuedMessageCountMax = 4096

    /// Bytes that one connection sends or receives before the others have their turn.
    public var budgetPerPass = 4 << 20

    /// Inside a large message the thread wakes up for this much at once. On loopback 256 KiB raised
    /// throughput from 3.2 to 8.0 GiB/s and halved the processor time of both ends; 512 KiB were
    /// another tenth better.
    public var lowWaterByteCount = 512 << 10

    /// Messages of at least this size may be placed in the receiver's own memory.
    public var placementByteCountMin = 32 << 10

    /// How long a peer may take nothing while a connection that is being closed has bytes for it.
    public var flushTimeoutNanoseconds: UInt64 = 5_000_000_000

    /// A peer on this very machine is reached without a network: nothing can be congested there.
    /// Where the system's choice is BBR, its pacing took 0.3 s of processor time per GiB and two
    /// thirds of the throughput; Reno does nothing until something is lost.
    public var pacesNotOnSameHost = true

    /// What the kernel may hold for a peer on this machine. The receiver copies what the sender has
    /// just touched: with half a megabyte (which the kernel doubles) in between instead of the four
    /// that it grows to, large reads took a third less processor time. Between machines the
    /// kernel's own sizing is right.
    public var sameHostSendBufferByteCount = 512 << 10

    /// Whether a session request (RFC 1002) in front of the first message is answered.
    public var answersSessionRequests = false

    public init() { messageByteCountMax = BufferPool.largestCapacity }
}
