/// What one end of a connection offers before the peer has its say (MS-SMBD 3.1.4.1, 3.1.7.2).
public struct DirectLimits: Hashable, Sendable {
    /// The least that a peer must be able to receive (MS-SMBD 3.1.5.6).
    public static let receiveSizeMin = 128
    public static let fragmentedSizeMin = 131_072
    /// With fewer, either end would answer every message with one that only grants.
    public static let creditsMin = 4
    public static let creditsMax = 4096

    /// The most credits that the peer may hold, and that we ask for.
    public var credits: Int
    /// The longest message sent, headers included.
    public var sendSize: Int
    /// The length of the receives that are posted.
    public var receiveSize: Int
    /// The longest message of the upper layer that is accepted.
    public var fragmentedSize: Int
    /// The most that one request may have placed.
    public var readWriteSize: Int

    public init(
        credits: Int = 255,
        sendSize: Int = 1364,
        receiveSize: Int = 1364,
        fragmentedSize: Int = 1 << 20,
        readWriteSize: Int = 8 << 20
    ) {
        precondition(credits >= Self.creditsMin && credits <= Self.creditsMax)
        precondition(sendSize >= Self.receiveSizeMin && receiveSize >= Self.receiveSizeMin)
        precondition(fragmentedSize >= Self.fragmentedSizeMin && fragmentedSize <= Int32.max)
        precondition(readWriteSize >= 0 && readWriteSize <= Int32.max)
        self.credits = credits
        self.sendSize = sendSize
        self.receiveSize = receiveSize
        self.fragmentedSize = fragmentedSize
        self.readWriteSize = readWriteSize
    }
}
