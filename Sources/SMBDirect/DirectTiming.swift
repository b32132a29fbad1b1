/// How long a connection waits (MS-SMBD 3.1.2), in nanoseconds.
public struct DirectTiming: Hashable, Sendable {
    /// Until the peer has negotiated.
    public var negotiation: UInt64
    /// Without a message from the peer, until it is asked for one.
    public var idle: UInt64
    /// From that question to its answer.
    public var response: UInt64
    /// With messages to send and no credit for them.
    public var starvation: UInt64

    public init(
        negotiation: UInt64 = 5_000_000_000,
        idle: UInt64 = 120_000_000_000,
        response: UInt64 = 5_000_000_000,
        starvation: UInt64 = 30_000_000_000
    ) {
        self.negotiation = negotiation
        self.idle = idle
        self.response = response
        self.starvation = starvation
    }
}
