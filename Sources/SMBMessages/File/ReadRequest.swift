public import Wire

/// MS-SMB2 2.2.19: asks for bytes of a file or pipe.
public struct ReadRequest: Hashable, Sendable {
    public static let fixedSize = 48
    public static let structureSize: UInt16 = 49

    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let unbuffered = Flags(rawValue: 0x01)
        public static let compressed = Flags(rawValue: 0x02)
    }

    /// Where in the response the client would like the data: counted from the header.
    public var padding: UInt8
    public var flags: Flags
    public var length: UInt32
    public var offset: UInt64
    public var fileID: FileID
    /// Fewer bytes than this are an error.
    public var minimumCount: UInt32
    public var channel: Channel
    public var remainingBytes: UInt32
    /// Descriptors of the client's memory, for the RDMA channels.
    public var channelInfo: MessagePart

    public init(
        fileID: FileID,
        offset: UInt64,
        length: UInt32,
        minimumCount: UInt32 = 0,
        flags: Flags = [],
        padding: UInt8 = UInt8(Header.size + ReadResponse.fixedSize),
        channel: Channel = .none,
        remainingBytes: UInt32 = 0
    ) {
        self.fileID = fileID
        self.offset = offset
        self.length = length
        self.minimumCount = minimumCount
        self.flags = flags
        self.padding = padding
        self.channel = channel
        self.remainingBytes = remainingBytes
        self.channelInfo = .empty
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        padding = try reader.read()
        flags = Flags(rawValue: try reader.read())
        length = try reader.read()
        offset = try reader.read()
        fileID = try FileID(from: &reader)
        minimumCount = try reader.read()
        channel = Channel(rawValue: try reader.read())
        remainingBytes = try reader.read()
        let infoOffset = Int(try reader.read(UInt16.self))
        let infoCount = Int(try reader.read(UInt16.self))
        channelInfo = try MessagePart(offset: infoOffset, count: infoCount, in: reader)
    }

    /// Writes the request, followed by `channelInfo` where the channel needs it.
    public func encode(to writer: inout WireWriter, channelInfo: [UInt8] = []) {
        encode(to: &writer, channelInfoCount: channelInfo.count)
        // The buffer holds one byte even where there is nothing to say.
        if channelInfo.isEmpty { writer.write(UInt8(0)) } else { writer.write(bytes: channelInfo) }
    }

    /// Writes the fixed part alone; so many bytes of channel information must follow it.
    public func encode(to writer: inout WireWriter, channelInfoCount: Int) {
        writer.write(Self.structureSize)
        writer.write(padding)
        writer.write(flags.rawValue)
        writer.write(length)
        writer.write(offset)
        fileID.encode(to: &writer)
        writer.write(minimumCount)
        writer.write(channel.rawValue)
        writer.write(remainingBytes)
        let infoOffset = writer.reserve(UInt16.self)
        writer.write(UInt16(clamping: channelInfoCount))
        if channelInfoCount > 0 { writer.fillOffset(infoOffset) }
    }
}
