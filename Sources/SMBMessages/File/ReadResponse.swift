public import Wire

/// MS-SMB2 2.2.20: bytes of the file. They follow the fixed part and are not copied here.
public struct ReadResponse: Hashable, Sendable {
    public static let fixedSize = 16
    public static let structureSize: UInt16 = 17
    /// Where the data begins in the responses that this module writes.
    public static let dataOffset = Header.size + fixedSize

    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// 3.1.1: the data went by RDMA and has been transformed.
        public static let rdmaTransform = Flags(rawValue: 0x0000_0001)
    }

    /// Counted from the header.
    public var dataOffset: Int
    public var dataLength: Int
    /// Bytes that went by RDMA.
    public var dataRemaining: UInt32
    public var flags: Flags

    public init(dataLength: Int, dataRemaining: UInt32 = 0, flags: Flags = []) {
        self.dataOffset = Self.dataOffset
        self.dataLength = dataLength
        self.dataRemaining = dataRemaining
        self.flags = flags
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try self.init(headOf: &reader)
        _ = try MessagePart(offset: dataOffset, count: dataLength, in: reader)
    }

    /// The fixed part alone, for a transport that places the data before the whole message is
    /// there. The caller compares `dataOffset` and `dataLength` with what it receives.
    @_lifetime(reader: copy reader)
    public init(headOf reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        dataOffset = Int(try reader.read(UInt8.self))
        try reader.skip(1)
        dataLength = Int(try reader.read(UInt32.self))
        dataRemaining = try reader.read()
        flags = Flags(rawValue: try reader.read())
    }

    /// Writes the fixed part. `dataLength` bytes of data must follow it.
    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        let offset = writer.reserve(UInt8.self)
        writer.write(UInt8(0))
        writer.write(UInt32(clamping: dataLength))
        writer.write(dataRemaining)
        writer.write(flags.rawValue)
        writer.fillOffset(offset)
    }
}
