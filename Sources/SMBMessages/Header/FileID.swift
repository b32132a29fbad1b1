public import Wire

/// MS-SMB2 2.2.14.1: names an open. The volatile half is unique to the session, the persistent
/// half to the server.
public struct FileID: Hashable, Sendable {
    public var persistent: UInt64
    public var volatile: UInt64

    public static let encodedSize = 16

    /// Sixteen bytes of 0xFF: "the open of the command before this one" in a related compound
    /// (MS-SMB2 3.3.5.2.7.2).
    public static let previous = FileID(persistent: .max, volatile: .max)

    public init(persistent: UInt64, volatile: UInt64) {
        self.persistent = persistent
        self.volatile = volatile
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        persistent = try reader.read()
        volatile = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(persistent)
        writer.write(volatile)
    }
}
