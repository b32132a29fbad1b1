public import Wire

/// MS-SMB2 2.2.2.2.1: the error data of STATUS_STOPPED_ON_SYMLINK. Tells the client where the link
/// leads, so that it can open the target itself.
public struct SymbolicLinkError: Hashable, Sendable {
    /// "SYML", the SymLinkErrorTag.
    public static let tag: UInt32 = 0x4C4D_5953
    /// IO_REPARSE_TAG_SYMLINK.
    public static let reparseTag: UInt32 = 0xA000_000C

    /// Bytes (two for each UTF-16 unit) of the requested path that follow the link.
    public var unparsedPathLength: UInt16
    public var substituteName: String
    public var printName: String
    /// The target counts from the directory that holds the link.
    public var isRelative: Bool

    public init(
        unparsedPathLength: UInt16,
        substituteName: String,
        printName: String,
        isRelative: Bool
    ) {
        self.unparsedPathLength = unparsedPathLength
        self.substituteName = substituteName
        self.printName = printName
        self.isRelative = isRelative
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        let length = Int(try reader.read(UInt32.self))
        var body = try reader.slice(at: reader.offset, count: length)
        guard try body.read(UInt32.self) == Self.tag,
            try body.read(UInt32.self) == Self.reparseTag
        else { throw WireError(.invalidValue, at: reader.offset) }
        try body.skip(2)
        unparsedPathLength = try body.read()
        let substituteOffset = Int(try body.read(UInt16.self))
        let substituteLength = Int(try body.read(UInt16.self))
        let printOffset = Int(try body.read(UInt16.self))
        let printLength = Int(try body.read(UInt16.self))
        isRelative = try body.read(UInt32.self) & 1 != 0
        let buffer = body.offset
        try body.seek(to: buffer + substituteOffset)
        substituteName = try body.readUTF16(byteCount: substituteLength)
        try body.seek(to: buffer + printOffset)
        printName = try body.readUTF16(byteCount: printLength)
        try reader.skip(length)
    }

    public func encode(to writer: inout WireWriter) {
        let substituteLength = substituteName.utf16.count * 2
        let printLength = printName.utf16.count * 2
        let length = writer.reserve(UInt32.self)
        let start = writer.count
        writer.write(Self.tag)
        writer.write(Self.reparseTag)
        let reparseDataLength = writer.reserve(UInt16.self)
        writer.write(unparsedPathLength)
        let reparseData = writer.count
        writer.write(UInt16(0))
        writer.write(UInt16(clamping: substituteLength))
        writer.write(UInt16(clamping: substituteLength))
        writer.write(UInt16(clamping: printLength))
        writer.write(UInt32(isRelative ? 1 : 0))
        writer.write(utf16: substituteName)
        writer.write(utf16: printName)
        writer.fill(reparseDataLength, with: writer.count - reparseData)
        writer.fill(length, with: writer.count - start)
    }
}
