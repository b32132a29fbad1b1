public import Wire

/// MS-SMB2 2.2.31.1.1: one range to copy.
public struct CopyChunk: Hashable, Sendable {
    public static let fixedSize = 24

    public var sourceOffset: UInt64
    public var targetOffset: UInt64
    public var length: UInt32

    public init(sourceOffset: UInt64, targetOffset: UInt64, length: UInt32) {
        self.sourceOffset = sourceOffset
        self.targetOffset = targetOffset
        self.length = length
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        sourceOffset = try reader.read()
        targetOffset = try reader.read()
        length = try reader.read()
        try reader.skip(4)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(sourceOffset)
        writer.write(targetOffset)
        writer.write(length)
        writer.write(zeros: 4)
    }
}
