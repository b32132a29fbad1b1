public import Wire

/// MS-SMB2 2.2.30: gives up a request that has not been answered. It has no response of its own.
public struct CancelRequest: Hashable, Sendable {
    public static let structureSize: UInt16 = 4

    public init() {}

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        try reader.skip(2)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(UInt16(0))
    }
}
