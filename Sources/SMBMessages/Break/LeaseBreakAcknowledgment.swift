public import Wire

/// MS-SMB2 2.2.24.2, 2.2.25.2: the client gives up part of a lease; the server agrees in the same
/// form.
public struct LeaseBreakAcknowledgment: Hashable, Sendable {
    public static let structureSize: UInt16 = 36

    public var key: GUID
    public var state: LeaseState

    public init(key: GUID, state: LeaseState) {
        self.key = key
        self.state = state
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        try reader.skip(6)
        key = try GUID(from: &reader)
        state = LeaseState(rawValue: try reader.read())
        try reader.skip(8)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(zeros: 6)
        key.encode(to: &writer)
        writer.write(state.rawValue)
        writer.write(UInt64(0))
    }
}

public typealias LeaseBreakResponse = LeaseBreakAcknowledgment
