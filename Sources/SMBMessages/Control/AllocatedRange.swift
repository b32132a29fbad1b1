public import Wire

/// MS-FSCC 2.3.52: a range of a file, the question of QUERY_ALLOCATED_RANGES and each answer.
public struct AllocatedRange: Hashable, Sendable {
    public static let fixedSize = 16

    public var fileOffset: Int64
    public var length: Int64

    public init(fileOffset: Int64, length: Int64) {
        self.fileOffset = fileOffset
        self.length = length
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        fileOffset = try reader.read()
        length = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(fileOffset)
        writer.write(length)
    }
}
