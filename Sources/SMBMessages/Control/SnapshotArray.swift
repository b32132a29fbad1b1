public import Wire

/// MS-SMB2 2.2.32.2: the previous versions of a file, as `@GMT-` tokens.
public struct SnapshotArray: Hashable, Sendable {
    public static let fixedSize = 12

    public var totalCount: UInt32
    public var names: [String]
    /// Bytes that all names would take: what the client has to offer next time.
    public var arraySize: UInt32

    public init(totalCount: UInt32, names: [String], arraySize: UInt32) {
        self.totalCount = totalCount
        self.names = names
        self.arraySize = arraySize
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        totalCount = try reader.read()
        let count = Int(try reader.read(UInt32.self))
        arraySize = try reader.read()
        let byteCount = count == 0 ? 0 : reader.remaining & ~1
        let text = try reader.readUTF16(byteCount: byteCount)
        names = text.split(separator: "\0").prefix(count).map(String.init)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(totalCount)
        writer.write(UInt32(clamping: names.count))
        writer.write(arraySize)
        for name in names {
            writer.write(utf16: name)
            writer.write(UInt16(0))
        }
        // The array ends with an empty name; Windows sends it with no names, too.
        writer.write(UInt16(0))
        if names.isEmpty { writer.write(UInt16(0)) }
    }
}
