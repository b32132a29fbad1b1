public import Wire

/// MS-SMB2 2.2.40: the change was made.
public struct SetInfoResponse: Hashable, Sendable {
    public static let structureSize: UInt16 = 2

    public init() {}

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
    }

    public func encode(to writer: inout WireWriter) { writer.write(Self.structureSize) }
}
