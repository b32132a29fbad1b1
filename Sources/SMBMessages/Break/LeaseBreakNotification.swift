public import Wire

/// MS-SMB2 2.2.23.2: the server takes back part of a lease.
public struct LeaseBreakNotification: Hashable, Sendable {
    public static let structureSize: UInt16 = 44

    /// Second version of leases only; zero otherwise.
    public var newEpoch: UInt16
    /// SMB2_NOTIFY_BREAK_LEASE_FLAG_ACK_REQUIRED.
    public var isAcknowledgmentRequired: Bool
    public var key: GUID
    public var currentState: LeaseState
    public var newState: LeaseState

    public init(
        key: GUID,
        currentState: LeaseState,
        newState: LeaseState,
        newEpoch: UInt16,
        isAcknowledgmentRequired: Bool
    ) {
        self.key = key
        self.currentState = currentState
        self.newState = newState
        self.newEpoch = newEpoch
        self.isAcknowledgmentRequired = isAcknowledgmentRequired
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        newEpoch = try reader.read()
        isAcknowledgmentRequired = try reader.read(UInt32.self) & 1 != 0
        key = try GUID(from: &reader)
        currentState = LeaseState(rawValue: try reader.read())
        newState = LeaseState(rawValue: try reader.read())
        // BreakReason, AccessMaskHint and ShareMaskHint: all reserved.
        try reader.skip(12)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(newEpoch)
        writer.write(UInt32(isAcknowledgmentRequired ? 1 : 0))
        key.encode(to: &writer)
        writer.write(currentState.rawValue)
        writer.write(newState.rawValue)
        writer.write(zeros: 12)
    }
}
