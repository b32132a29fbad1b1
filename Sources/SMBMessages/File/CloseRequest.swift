public import Wire

/// MS-SMB2 2.2.15: ends an open.
public struct CloseRequest: Hashable, Sendable {
    public static let structureSize: UInt16 = 24

    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt16

        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB: tell what the file was like at the end.
        public static let postQueryAttributes = Flags(rawValue: 0x0001)
    }

    public var flags: Flags
    public var fileID: FileID

    public init(fileID: FileID, flags: Flags = []) {
        self.fileID = fileID
        self.flags = flags
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        flags = Flags(rawValue: try reader.read())
        try reader.skip(4)
        fileID = try FileID(from: &reader)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(flags.rawValue)
        writer.write(UInt32(0))
        fileID.encode(to: &writer)
    }
}
