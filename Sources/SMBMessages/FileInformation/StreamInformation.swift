public import Wire

/// MS-FSCC 2.4.49: one stream of a file; a query returns them all.
public struct StreamInformation: Hashable, Sendable {
    public static let fixedSize = 24

    /// `:name:$DATA`, or `::$DATA` for the unnamed stream.
    public var name: String
    public var size: UInt64
    public var allocationSize: UInt64

    public init(name: String, size: UInt64, allocationSize: UInt64) {
        self.name = name
        self.size = size
        self.allocationSize = allocationSize
    }

    /// Writes as many streams as fit into `limit` bytes; returns how many that was.
    public static func encode(
        _ streams: [StreamInformation],
        limit: Int,
        to writer: inout WireWriter
    ) -> Int {
        var list = EntryListWriter(alignment: 8, at: writer)
        for (index, stream) in streams.enumerated() {
            let byteCount = stream.name.utf16.count * 2
            guard list.nextOffset(writer) + fixedSize + byteCount <= limit else { return index }
            list.beginEntry(&writer)
            writer.write(UInt32(byteCount))
            writer.write(stream.size)
            writer.write(stream.allocationSize)
            writer.write(utf16: stream.name)
        }
        return streams.count
    }

    @_lifetime(reader: copy reader)
    public static func decodeList(
        from reader: inout WireReader
    ) throws(WireError) -> [StreamInformation] {
        var streams: [StreamInformation] = []
        var list = EntryListReader()
        while let _ = try list.next(&reader) {
            let byteCount = Int(try reader.read(UInt32.self))
            let size = try reader.read(UInt64.self)
            let allocationSize = try reader.read(UInt64.self)
            let name = try reader.readUTF16(byteCount: byteCount)
            streams.append(
                StreamInformation(name: name, size: size, allocationSize: allocationSize)
            )
        }
        return streams
    }
}
