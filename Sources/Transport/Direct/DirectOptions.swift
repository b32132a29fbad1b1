internal import Reactor
internal import SMBDirect

/// The limits and habits of SMB Direct connections.
public struct DirectOptions: Sendable {
    // MARK: Messages

    /// The longest SEND that is received. Between two ends of ours, as long as Windows takes at
    /// best; peers that prefer shorter ones get more receives in the same memory.
    public var receiveSize = 8192
    /// The longest SEND that is offered: Windows refuses more than this (MS-SMBD, note 6).
    public var sendSize = 8136
    /// Receives that a peer may hold credits for.
    public var creditCountMax = 64
    /// The longest message of the upper layer that is received: a megabyte of data and its headers.
    public var messageByteCountMax = 1 << 20 + 4096
    /// The most that one request may have placed (MS-SMBD 2.2.2, MaxReadWriteSize).
    public var placementByteCountMax = 8 << 20

    // MARK: Queues

    /// The longest RDMA WRITE or READ; the device's own limit holds too.
    public var sliceByteCountMax = 8 << 20
    /// Work requests of the send queue that are under way.
    public var sendQueueDepth = 128
    /// RDMA READs under way; what the peer and the device allow holds too.
    public var initiatorDepthMax = 32
    /// RDMA READs of the peer that are answered at once.
    public var responderResources = 32
    /// Calls of `fetch` that wait.
    public var fetchCountMax = 4096
    /// With more memory than this in use for messages that have not left, nothing more is received.
    public var heldByteCountMax = 2 << 20
    /// With more than this many messages waiting, likewise.
    public var queuedMessageCountMax = 4096
    /// Messages taken from the device before the other connections have their turn.
    public var receivesPerPass = 64
    /// What the registered buffers of one reactor and one domain may come to.
    public var poolByteCountMax = 256 << 20

    // MARK: Time

    /// Until the peer has negotiated.
    public var handshakeNanoseconds: UInt64 = 5_000_000_000
    /// A connection that was used within this time is watched closely.
    public var activityNanoseconds: UInt64 = 10_000_000_000
    /// Watched closely, a peer that was silent for so long is asked whether it is there. What came
    /// since the last look counts from the next one, which may be this much later.
    public var silenceNanoseconds: UInt64 = 400_000_000
    /// How long it may take to answer.
    public var responseNanoseconds: UInt64 = 2_000_000_000
    /// Without use, the silence may be as long as MS-SMBD 3.1.2 has it.
    public var idleNanoseconds: UInt64 = 120_000_000_000
    /// How long a peer may take nothing while a connection that is being closed has bytes for it.
    public var flushNanoseconds: UInt64 = 5_000_000_000
    /// How long registered memory may be short before the connection is given up.
    public var memoryNanoseconds: UInt64 = 5_000_000_000
    /// How long other memory or credits may be short before the connection is given up.
    public var starvationNanoseconds: UInt64 = 30_000_000_000

    // MARK: The fabric

    /// 4.096 microseconds times two to the power of this: 67 ms until a packet is sent again.
    public var acknowledgeTimeoutExponent: UInt8 = 14
    /// With the seven attempts that this makes, a dead peer is noticed within half a second. Seven
    /// would be for ever with rxe.
    public var retryCount: UInt8 = 6

    public init() {}

    var limits: DirectLimits {
        DirectLimits(
            credits: creditCountMax,
            sendSize: sendSize,
            receiveSize: receiveSize,
            fragmentedSize: messageByteCountMax,
            readWriteSize: placementByteCountMax,
        )
    }

    /// While a connection is in use, or while it is not.
    func timing(isActive: Bool) -> DirectTiming {
        DirectTiming(
            negotiation: handshakeNanoseconds,
            idle: isActive ? silenceNanoseconds : idleNanoseconds,
            response: responseNanoseconds,
            starvation: starvationNanoseconds,
        )
    }
}
