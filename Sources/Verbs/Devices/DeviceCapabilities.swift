/// What a device can do and how much of it.
public struct DeviceCapabilities: Hashable, Sendable {
    public var queuePairCountMax: Int
    /// Work requests of one queue.
    public var queueDepthMax: Int
    public var completionQueueDepthMax: Int
    public var memoryRegionCountMax: Int
    public var memoryRegionByteCountMax: UInt64
    /// Pieces of memory that one request gathers or scatters, and those of an RDMA READ.
    public var pieceCountMax: Int
    public var readPieceCountMax: Int
    /// RDMA READs that a queue pair may have under way, and that it answers at once.
    public var initiatorDepthMax: Int
    public var responderResourcesMax: Int
    /// Zero without shared receive queues.
    public var sharedReceiveQueueDepthMax: Int
    public var memoryWindowCountMax: Int
    /// Bytes that may travel inside a work request; zero when that was not asked.
    public var inlineByteCountMax: Int
    /// Whether a peer's memory can be read and written at all.
    public var isOneSided: Bool
    /// Whether a message can carry 32 bits of its own: not on iWARP.
    public var hasImmediateData: Bool
}
