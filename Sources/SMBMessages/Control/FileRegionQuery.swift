public import Wire

/// MS-FSCC 2.3.55: asks which parts of a range hold valid data.
public struct FileRegionQuery: Hashable, Sendable {
    public static let fixedSize = 24

    public var fileOffset: Int64
    public var length: Int64
    public var desiredUsage: UInt32

    public init(fileOffset: Int64, length: Int64, desiredUsage: UInt32) {
        self.fileOffset = fileOffset
        self.length = length
        self.desiredUsage = desiredUsage
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        fileOffset = try reader.read()
        length = try reader.read()
        desiredUsage = try reader.read()
        try reader.skip(4)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(fileOffset)
        writer.write(length)
        writer.write(desiredUsage)
        writer.write(zeros: 4)
    }
}
