public import Wire

/// MS-SMB2 2.2.17: brings an open's data to stable storage.
public struct FlushRequest: Hashable, Sendable {
    public static let structureSize: UInt16 = 24
    /// Finder's F_FULLFSYNC, in the reserved field.
    public static let fullSync: UInt16 = 0xFFFF

    public var reserved: UInt16
    public var fileID: FileID

    public init(fileID: FileID, reserved: UInt16 = 0) {
        self.fileID = fileID
        self.reserved = reserved
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        reserved = try reader.read()
        try reader.skip(4)
        fileID = try FileID(from: &reader)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(reserved)
        writer.write(UInt32(0))
        fileID.encode(to: &writer)
    }
}
