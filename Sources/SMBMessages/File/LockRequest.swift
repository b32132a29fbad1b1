public import Wire

/// MS-SMB2 2.2.26: locks byte ranges of a file, or unlocks them; all or none.
public struct LockRequest: Hashable, Sendable {
    public static let fixedSize = 24
    /// The fixed part and one range.
    public static let structureSize: UInt16 = 48

    /// MS-SMB2 2.2.26.1.
    public struct Range: Hashable, Sendable {
        public static let encodedSize = 24

        public struct Flags: OptionSet, Hashable, Sendable {
            public var rawValue: UInt32

            public init(rawValue: UInt32) { self.rawValue = rawValue }

            public static let shared = Flags(rawValue: 0x0000_0001)
            public static let exclusive = Flags(rawValue: 0x0000_0002)
            public static let unlock = Flags(rawValue: 0x0000_0004)
            /// Answer at once, even if the range is taken.
            public static let failImmediately = Flags(rawValue: 0x0000_0010)
        }

        public var offset: UInt64
        public var length: UInt64
        public var flags: Flags

        public init(offset: UInt64, length: UInt64, flags: Flags) {
            self.offset = offset
            self.length = length
            self.flags = flags
        }
    }

    /// Four bits that change with each new request on the same `sequenceIndex`; with them a server
    /// recognises a replay.
    public var sequenceNumber: UInt8
    /// One-based place in the table of sequence numbers, or zero: not replayable.
    public var sequenceIndex: UInt32
    public var fileID: FileID
    public var ranges: [Range]

    public init(
        fileID: FileID,
        ranges: [Range],
        sequenceNumber: UInt8 = 0,
        sequenceIndex: UInt32 = 0
    ) {
        self.fileID = fileID
        self.ranges = ranges
        self.sequenceNumber = sequenceNumber & 0x0F
        self.sequenceIndex = sequenceIndex & 0x0FFF_FFFF
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        let count = Int(try reader.read(UInt16.self))
        let sequence = try reader.read(UInt32.self)
        sequenceNumber = UInt8(sequence & 0x0F)
        sequenceIndex = sequence >> 4
        fileID = try FileID(from: &reader)
        guard count * Range.encodedSize <= reader.remaining else {
            throw WireError(.truncated, at: reader.offset)
        }
        ranges = []
        ranges.reserveCapacity(count)
        for _ in 0..<count {
            let offset = try reader.read(UInt64.self)
            let length = try reader.read(UInt64.self)
            let flags = Range.Flags(rawValue: try reader.read())
            try reader.skip(4)
            ranges.append(Range(offset: offset, length: length, flags: flags))
        }
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(UInt16(clamping: ranges.count))
        writer.write(sequenceIndex << 4 | UInt32(sequenceNumber))
        fileID.encode(to: &writer)
        for range in ranges {
            writer.write(range.offset)
            writer.write(range.length)
            writer.write(range.flags.rawValue)
            writer.write(UInt32(0))
        }
    }
}
