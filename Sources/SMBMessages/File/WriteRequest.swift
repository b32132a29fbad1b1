public import Wire

/// MS-SMB2 2.2.21: bytes for a file or pipe. They follow the fixed part and are not copied here.
public struct WriteRequest: Hashable, Sendable {
    public static let fixedSize = 48
    public static let structureSize: UInt16 = 49

    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let writeThrough = Flags(rawValue: 0x0000_0001)
        public static let unbuffered = Flags(rawValue: 0x0000_0002)
    }

    /// Counted from the header.
    public var dataOffset: Int
    public var dataLength: Int
    public var offset: UInt64
    public var fileID: FileID
    public var channel: Channel
    public var remainingBytes: UInt32
    public var flags: Flags
    /// Descriptors of the client's memory, for the RDMA channels.
    public var channelInfo: MessagePart

    public init(
        fileID: FileID,
        offset: UInt64,
        dataLength: Int,
        flags: Flags = [],
        channel: Channel = .none,
        remainingBytes: UInt32 = 0
    ) {
        self.dataOffset = Header.size + Self.fixedSize
        self.dataLength = dataLength
        self.offset = offset
        self.fileID = fileID
        self.channel = channel
        self.remainingBytes = remainingBytes
        self.flags = flags
        self.channelInfo = .empty
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        dataOffset = Int(try reader.read(UInt16.self))
        dataLength = Int(try reader.read(UInt32.self))
        offset = try reader.read()
        fileID = try FileID(from: &reader)
        channel = Channel(rawValue: try reader.read())
        remainingBytes = try reader.read()
        let infoOffset = Int(try reader.read(UInt16.self))
        let infoCount = Int(try reader.read(UInt16.self))
        flags = Flags(rawValue: try reader.read())
        _ = try MessagePart(offset: dataOffset, count: dataLength, in: reader)
        channelInfo = try MessagePart(offset: infoOffset, count: infoCount, in: reader)
    }

    /// Writes the fixed part, and `channelInfo` where the channel needs it. `dataLength` bytes of
    /// data must follow.
    public func encode(to writer: inout WireWriter, channelInfo: [UInt8] = []) {
        encode(to: &writer, channelInfoCount: channelInfo.count)
        if !channelInfo.isEmpty { writer.write(bytes: channelInfo) }
    }

    /// Writes the fixed part alone; so many bytes of channel information must follow it, and then
    /// `dataLength` bytes of data.
    public func encode(to writer: inout WireWriter, channelInfoCount: Int) {
        writer.write(Self.structureSize)
        let dataOffset = writer.reserve(UInt16.self)
        writer.write(UInt32(clamping: dataLength))
        writer.write(offset)
        fileID.encode(to: &writer)
        writer.write(channel.rawValue)
        writer.write(remainingBytes)
        let infoOffset = writer.reserve(UInt16.self)
        writer.write(UInt16(clamping: channelInfoCount))
        writer.write(flags.rawValue)
        if channelInfoCount > 0 { writer.fillOffset(infoOffset) }
        if dataLength > 0 || channelInfoCount == 0 {
            writer.fill(dataOffset, with: writer.count + channelInfoCount)
        }
    }
}
