public import Wire

/// MS-FSCC 2.4.16.1: names the extended attributes that a query wants.
public enum ExtendedAttributeName {
    public static func encode(_ names: [[UInt8]], to writer: inout WireWriter) {
        var list = EntryListWriter(alignment: 4, at: writer)
        for name in names {
            list.beginEntry(&writer)
            writer.write(UInt8(clamping: name.count))
            writer.write(bytes: Array(name.prefix(255)))
            writer.write(UInt8(0))
        }
    }

    @_lifetime(reader: copy reader)
    public static func decodeList(
        from reader: inout WireReader
    ) throws(WireError) -> [[UInt8]] {
        var names: [[UInt8]] = []
        var list = EntryListReader()
        while let start = try list.next(&reader) {
            guard start.isMultiple(of: 4) else { throw WireError(.invalidValue, at: start) }
            let length = Int(try reader.read(UInt8.self))
            names.append(try reader.readBytes(count: length))
            let terminator = reader.offset
            guard try reader.read(UInt8.self) == 0 else {
                throw WireError(.invalidValue, at: terminator)
            }
        }
        return names
    }
}
