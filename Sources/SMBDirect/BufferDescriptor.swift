public import Wire

/// A piece of a peer's registered memory (MS-SMBD 2.2.3.1, Buffer Descriptor V1).
public struct BufferDescriptor: Hashable, Sendable {
    public static let encodedSize = 16

    /// The address that the device of its owner knows it by.
    public var offset: UInt64
    /// The key (RoCE, InfiniBand) or steering tag (iWARP) of its registration.
    public var token: UInt32
    /// Bytes.
    public var length: UInt32

    public init(offset: UInt64, token: UInt32, length: UInt32) {
        self.offset = offset
        self.token = token
        self.length = length
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        offset = try reader.read()
        token = try reader.read()
        length = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(offset)
        writer.write(token)
        writer.write(length)
    }
}
