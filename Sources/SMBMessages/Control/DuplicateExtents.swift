public import Wire

/// MS-FSCC 2.3.7.2: clones a range of another open of the same volume.
public struct DuplicateExtents: Hashable, Sendable {
    public static let fixedSize = 40

    public var sourceFileID: FileID
    public var sourceFileOffset: Int64
    public var targetFileOffset: Int64
    public var byteCount: Int64

    public init(
        sourceFileID: FileID,
        sourceFileOffset: Int64,
        targetFileOffset: Int64,
        byteCount: Int64
    ) {
        self.sourceFileID = sourceFileID
        self.sourceFileOffset = sourceFileOffset
        self.targetFileOffset = targetFileOffset
        self.byteCount = byteCount
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        sourceFileID = try FileID(from: &reader)
        sourceFileOffset = try reader.read()
        targetFileOffset = try reader.read()
        byteCount = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        sourceFileID.encode(to: &writer)
        writer.write(sourceFileOffset)
        writer.write(targetFileOffset)
        writer.write(byteCount)
    }
}
