public import Wire

/// MS-DTYP 2.4.5: entries in the order in which they are judged.
public struct AccessControlList: Hashable, Sendable {
    /// The size field has sixteen bits, which bounds what a list can hold.
    public static let encodedSizeMax = 65_535
    static let headerSize = 8

    /// 2, or 4 where object entries are in it.
    public var revision: UInt8
    public var entries: [AccessControlEntry]

    public init(revision: UInt8 = 2, entries: [AccessControlEntry]) {
        self.revision = revision
        self.entries = entries
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        let start = reader.offset
        revision = try reader.read()
        guard revision == 2 || revision == 4 else { throw WireError(.invalidValue, at: start) }
        try reader.skip(1)
        let size = Int(try reader.read(UInt16.self))
        let count = Int(try reader.read(UInt16.self))
        try reader.skip(2)
        // Before anything is kept for them: so many entries must be able to fit.
        guard size >= Self.headerSize,
            count <= (size - Self.headerSize) / AccessControlEntry.encodedSizeMin
        else { throw WireError(.invalidValue, at: start) }
        var body = try reader.slice(at: start, count: size)
        try body.skip(Self.headerSize)
        entries = []
        entries.reserveCapacity(count)
        for _ in 0..<count { entries.append(try AccessControlEntry(from: &body)) }
        try reader.seek(to: start + size)
    }

    public var encodedSize: Int {
        entries.reduce(Self.headerSize) { $0 + $1.encodedSize }
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(revision)
        writer.write(UInt8(0))
        writer.write(UInt16(clamping: encodedSize))
        writer.write(UInt16(clamping: entries.count))
        writer.write(UInt16(0))
        for entry in entries { entry.encode(to: &writer) }
    }
}
