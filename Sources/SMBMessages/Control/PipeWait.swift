public import Wire

/// MS-FSCC 2.3.49: waits until a pipe of this name can be opened.
public struct PipeWait: Hashable, Sendable {
    public static let fixedSize = 14

    /// In intervals of 100 nanoseconds; nil for the server's default.
    public var timeout: UInt64?
    public var name: String

    public init(timeout: UInt64?, name: String) {
        self.timeout = timeout
        self.name = name
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        let value = try reader.read(UInt64.self)
        let byteCount = Int(try reader.read(UInt32.self))
        timeout = try reader.read(UInt8.self) != 0 ? value : nil
        try reader.skip(1)
        name = try reader.readUTF16(byteCount: byteCount)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(timeout ?? 0)
        writer.write(UInt32(name.utf16.count * 2))
        writer.write(UInt8(timeout == nil ? 0 : 1))
        writer.write(UInt8(0))
        writer.write(utf16: name)
    }
}
