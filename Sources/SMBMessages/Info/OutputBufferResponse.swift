public import Wire

/// What QUERY_DIRECTORY, QUERY_INFO and CHANGE_NOTIFY answer with: one buffer of bytes whose format
/// the request chose (MS-SMB2 2.2.34, 2.2.38, 2.2.36).
public struct OutputBufferResponse: Hashable, Sendable {
    /// The structure size on the wire, which counts one byte of the buffer.
    public static let structureSize: UInt16 = 9
    /// Bytes before the buffer, header not included.
    public static let fixedSize = 8

    public var output: [UInt8]

    public init(output: [UInt8]) { self.output = output }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        let start = Int(try reader.read(UInt16.self))
        let count = Int(try reader.read(UInt32.self))
        output = try reader.buffer(at: start, count: count)
    }

    public func encode(to writer: inout WireWriter) {
        Self.encode(to: &writer) { writer in writer.write(bytes: output) }
    }

    /// Writes the response around whatever `body` writes, so that a server builds the buffer in
    /// its place. When `body` throws, the writer holds a partial message.
    public static func encode<Failure: Error>(
        to writer: inout WireWriter,
        _ body: (inout WireWriter) throws(Failure) -> Void
    ) throws(Failure) {
        writer.write(structureSize)
        let offset = writer.reserve(UInt16.self)
        let length = writer.reserve(UInt32.self)
        let start = writer.count
        try body(&writer)
        let count = writer.count - start
        // An empty buffer has no place (and some clients insist on zero).
        writer.fill(offset, with: count == 0 ? 0 : start)
        writer.fill(length, with: count)
    }
}

/// MS-SMB2 2.2.34.
public typealias QueryDirectoryResponse = OutputBufferResponse
/// MS-SMB2 2.2.38.
public typealias QueryInfoResponse = OutputBufferResponse
/// MS-SMB2 2.2.36.
public typealias ChangeNotifyResponse = OutputBufferResponse
