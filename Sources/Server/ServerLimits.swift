/// Bounds on what peers can make the server hold; every queue and table has one.
public struct ServerLimits: Sendable {
    /// Connections open at once; more are closed as they arrive.
    public var connectionCountMax = 4096
    /// Sessions set up or being set up on one connection.
    public var sessionsPerConnectionMax = 64
    /// Tree connects of one session.
    public var treesPerSessionMax = 1024
    /// Opens of one session (MS-SMB2 3.3.1.10); Windows clients hold a few hundred.
    public var opensPerSessionMax = 65_536
    /// Credits that one connection may hold (MS-SMB2 3.3.1.2).
    public var creditsMax = 8192
    /// Requests of one connection that wait for something: a lock, a change, the disk.
    public var pendingPerConnectionMax = 1024
    /// Commands in one compound; more are refused with STATUS_INVALID_PARAMETER.
    public var compoundCountMax = 128
    /// Largest READ, WRITE and transaction in bytes (MS-SMB2 2.2.4).
    public var ioSizeMax = 8 << 20
    /// Bytes that READs and WRITEs of one connection have on their way by RDMA; more wait.
    public var placedBytesPerConnectionMax = 64 << 20
    /// Channels (connections) bound to one session; Windows allows 32.
    public var channelsPerSessionMax = 32
    /// How long the holder of an oplock may take to answer a break, in nanoseconds
    /// (MS-SMB2 3.3.2.1 recommends 35 seconds).
    public var oplockBreakTimeoutNanoseconds: UInt64 = 35_000_000_000
    /// How long a durable open is kept without its client where that does not say, in milliseconds
    /// (MS-SMB2 3.3.5.9.6, 3.3.5.9.10).
    public var durableTimeoutMilliseconds: UInt32 = 60_000
    /// The longest that a client may ask for.
    public var durableTimeoutMillisecondsMax: UInt32 = 300_000
    /// Durable opens without a client, of the whole server; beyond, they are closed.
    public var disconnectedOpenCountMax = 4096
    /// How long an unauthenticated connection may stay, in nanoseconds (MS-SMB2 3.3.2.3).
    public var authenticationTimeoutNanoseconds: UInt64 = 45_000_000_000

    public init() {}
}
