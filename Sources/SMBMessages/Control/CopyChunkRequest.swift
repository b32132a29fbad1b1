public import Wire

/// MS-SMB2 2.2.31.1: copies ranges from the open that the key names to the request's open.
public struct CopyChunkRequest: Hashable, Sendable {
    public static let fixedSize = 32

    public var sourceKey: ResumeKey
    public var chunks: [CopyChunk]

    public init(sourceKey: ResumeKey, chunks: [CopyChunk]) {
        self.sourceKey = sourceKey
        self.chunks = chunks
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        sourceKey = try ResumeKey(from: &reader)
        let position = reader.offset
        let count = Int(try reader.read(UInt32.self))
        try reader.skip(4)
        guard count <= reader.remaining / CopyChunk.fixedSize else {
            throw WireError(.truncated, at: position)
        }
        chunks = []
        chunks.reserveCapacity(count)
        for _ in 0..<count { chunks.append(try CopyChunk(from: &reader)) }
    }

    public func encode(to writer: inout WireWriter) {
        sourceKey.encode(to: &writer)
        writer.write(UInt32(clamping: chunks.count))
        writer.write(UInt32(0))
        for chunk in chunks { chunk.encode(to: &writer) }
    }
}
