public import Wire

/// MS-SMB2 2.2.32.3: names an open as the source of copies. Opaque to the client.
public struct ResumeKey: Hashable, Sendable {
    public static let encodedSize = 24

    public var first: UInt64
    public var second: UInt64
    public var third: UInt64

    public init(first: UInt64, second: UInt64, third: UInt64 = 0) {
        self.first = first
        self.second = second
        self.third = third
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        first = try reader.read()
        second = try reader.read()
        third = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(first)
        writer.write(second)
        writer.write(third)
    }
}
