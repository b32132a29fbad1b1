public import Wire

/// MS-FSCC 2.3.56.1: a part of a file that holds valid data.
public struct FileRegion: Hashable, Sendable {
    public static let fixedSize = 24

    public var fileOffset: Int64
    public var length: Int64
    public var usage: UInt32

    public init(fileOffset: Int64, length: Int64, usage: UInt32) {
        self.fileOffset = fileOffset
        self.length = length
        self.usage = usage
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        fileOffset = try reader.read()
        length = try reader.read()
        usage = try reader.read()
        try reader.skip(4)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(fileOffset)
        writer.write(length)
        writer.write(usage)
        writer.write(zeros: 4)
    }

    public static let validCachedData: UInt32 = 0x1
    public static let validNonCachedData: UInt32 = 0x2
}
