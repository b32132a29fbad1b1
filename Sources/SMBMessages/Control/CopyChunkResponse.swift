public import Wire

/// MS-SMB2 2.2.32.1: what was copied, or, with STATUS_INVALID_PARAMETER, the server's limits.
public struct CopyChunkResponse: Hashable, Sendable {
    public static let fixedSize = 12

    public var chunksWritten: UInt32
    public var chunkBytesWritten: UInt32
    public var totalBytesWritten: UInt32

    public init(chunksWritten: UInt32, chunkBytesWritten: UInt32, totalBytesWritten: UInt32) {
        self.chunksWritten = chunksWritten
        self.chunkBytesWritten = chunkBytesWritten
        self.totalBytesWritten = totalBytesWritten
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        chunksWritten = try reader.read()
        chunkBytesWritten = try reader.read()
        totalBytesWritten = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(chunksWritten)
        writer.write(chunkBytesWritten)
        writer.write(totalBytesWritten)
    }
}
