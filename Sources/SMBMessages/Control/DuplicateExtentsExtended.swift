public import Wire

/// MS-FSCC 2.3.9.2: clones a range, atomically for readers of the source when asked to.
public struct DuplicateExtentsExtended: Hashable, Sendable {
    public static let fixedSize = 56

    public var structureSize: UInt64
    public var sourceFileID: FileID
    public var sourceFileOffset: Int64
    public var targetFileOffset: Int64
    public var byteCount: Int64
    public var flags: UInt32

    public init(
        structureSize: UInt64,
        sourceFileID: FileID,
        sourceFileOffset: Int64,
        targetFileOffset: Int64,
        byteCount: Int64,
        flags: UInt32
    ) {
        self.structureSize = structureSize
        self.sourceFileID = sourceFileID
        self.sourceFileOffset = sourceFileOffset
        self.targetFileOffset = targetFileOffset
        self.byteCount = byteCount
        self.flags = flags
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        structureSize = try reader.read()
        sourceFileID = try FileID(from: &reader)
        sourceFileOffset = try reader.read()
        targetFileOffset = try reader.read()
        byteCount = try reader.read()
        flags = try reader.read()
        try reader.skip(4)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(structureSize)
        sourceFileID.encode(to: &writer)
        writer.write(sourceFileOffset)
        writer.write(targetFileOffset)
        writer.write(byteCount)
        writer.write(flags)
        writer.write(zeros: 4)
    }

    public static let sourceAtomic: UInt32 = 0x1
}
