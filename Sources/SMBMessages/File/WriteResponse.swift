public import Wire

/// MS-SMB2 2.2.22: how many bytes were written.
public struct WriteResponse: Hashable, Sendable {
    public static let fixedSize = 16
    public static let structureSize: UInt16 = 17

    public var count: UInt32

    public init(count: UInt32) { self.count = count }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        try reader.skip(2)
        count = try reader.read()
        // Remaining, WriteChannelInfoOffset and WriteChannelInfoLength: all reserved.
        try reader.skip(8)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(UInt16(0))
        writer.write(count)
        writer.write(UInt64(0))
    }
}
