public import Wire

/// MS-FSCC 2.4.16: one extended attribute; lists of them are read, set and given to CREATE.
public struct ExtendedAttribute: Hashable, Sendable {
    /// FILE_NEED_EA: whoever does not understand the attribute must not open the file.
    public static let needed: UInt8 = 0x80
    public static let fixedSize = 8

    public var flags: UInt8
    /// ASCII on the wire, at most 255 bytes, without the terminator.
    public var name: [UInt8]
    /// Empty means delete in a SET_INFO.
    public var value: [UInt8]

    public init(flags: UInt8 = 0, name: [UInt8], value: [UInt8]) {
        self.flags = flags
        self.name = name
        self.value = value
    }

    /// Bytes of this attribute alone: the last of a list is not padded.
    public var encodedSize: Int { Self.fixedSize + name.count + 1 + value.count }

    /// Writes as many attributes as fit into `limit` bytes; returns how many that was.
    public static func encode(
        _ attributes: [ExtendedAttribute],
        limit: Int,
        to writer: inout WireWriter
    ) -> Int {
        var list = EntryListWriter(alignment: 4, at: writer)
        for (index, attribute) in attributes.enumerated() {
            guard attribute.name.count <= 255, attribute.value.count <= 65535,
                list.nextOffset(writer) + attribute.encodedSize <= limit
            else { return index }
            list.beginEntry(&writer)
            writer.write(attribute.flags)
            writer.write(UInt8(attribute.name.count))
            writer.write(UInt16(attribute.value.count))
            writer.write(bytes: attribute.name)
            writer.write(UInt8(0))
            writer.write(bytes: attribute.value)
        }
        return attributes.count
    }

    /// The list, or where it goes wrong: a link off the four-byte grid, a name that does not end.
    @_lifetime(reader: copy reader)
    public static func decodeList(
        from reader: inout WireReader
    ) throws(WireError) -> [ExtendedAttribute] {
        var attributes: [ExtendedAttribute] = []
        var list = EntryListReader()
        while let start = try list.next(&reader) {
            guard start.isMultiple(of: 4) else { throw WireError(.invalidValue, at: start) }
            let flags = try reader.read(UInt8.self)
            let nameLength = Int(try reader.read(UInt8.self))
            let valueLength = Int(try reader.read(UInt16.self))
            let name = try reader.readBytes(count: nameLength)
            let terminator = reader.offset
            guard try reader.read(UInt8.self) == 0 else {
                throw WireError(.invalidValue, at: terminator)
            }
            let value = try reader.readBytes(count: valueLength)
            attributes.append(ExtendedAttribute(flags: flags, name: name, value: value))
        }
        return attributes
    }
}
