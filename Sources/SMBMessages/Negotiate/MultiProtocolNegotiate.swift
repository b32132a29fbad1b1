public import Wire

/// MS-SMB2 2.2.3 note and 3.3.5.3.1: an SMB1 SMB_COM_NEGOTIATE that also offers SMB2 dialects.
/// Old clients, and Finder, begin a connection with one; the answer is an SMB2 NEGOTIATE response.
public struct MultiProtocolNegotiate: Hashable, Sendable {
    /// 0xFF 'S' 'M' 'B', read as a little-endian integer.
    public static let protocolID: UInt32 = 0x424D_53FF
    /// SMB_COM_NEGOTIATE.
    static let command: UInt8 = 0x72
    static let headerSize = 32
    /// More dialect strings than any client has ever offered.
    static let dialectCountMax = 64

    /// "SMB 2.002": the client speaks 2.0.2 and no more.
    public static let smb202Name = "SMB 2.002"
    /// "SMB 2.???": the client speaks 2.1 or later and will negotiate again.
    public static let wildcardName = "SMB 2.???"

    public var dialectNames: [String]

    public init(dialectNames: [String]) { self.dialectNames = dialectNames }

    /// The dialect with which an SMB2 server answers, or none where the client speaks SMB1 only.
    public var offeredDialect: Dialect? {
        if dialectNames.contains(Self.wildcardName) { return .wildcard }
        if dialectNames.contains(Self.smb202Name) { return .smb202 }
        return nil
    }

    /// The whole message, from its first byte: an SMB1 message has no SMB2 header.
    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        guard try reader.read(UInt32.self) == Self.protocolID,
            try reader.read(UInt8.self) == Self.command
        else { throw WireError(.invalidValue, at: reader.offset) }
        try reader.seek(to: Self.headerSize)
        let wordCount = Int(try reader.read(UInt8.self))
        try reader.skip(wordCount * 2)
        let byteCount = Int(try reader.read(UInt16.self))
        var names = try reader.slice(at: reader.offset, count: byteCount)
        dialectNames = []
        while !names.isAtEnd, dialectNames.count < Self.dialectCountMax {
            // Each name is a format byte (2), ASCII characters and a zero.
            guard try names.read(UInt8.self) == 2 else {
                throw WireError(.invalidValue, at: reader.offset + names.offset - 1)
            }
            var characters: [UInt8] = []
            while true {
                let character = try names.read(UInt8.self)
                if character == 0 { break }
                characters.append(character)
            }
            dialectNames.append(String(decoding: characters, as: UTF8.self))
        }
    }

    /// The whole message, with a header as smbclient sends it.
    public func encode(to writer: inout WireWriter) {
        writer.write(Self.protocolID)
        writer.write(Self.command)
        writer.write(UInt32(0))
        // Case-insensitive canonical names; Unicode, NT statuses, long names, extended security.
        writer.write(UInt8(0x18))
        writer.write(UInt16(0xC843))
        writer.write(zeros: 12)
        writer.write(UInt16(0xFFFF))
        writer.write(UInt16(0xFEFF))
        writer.write(zeros: 4)
        writer.write(UInt8(0))
        let byteCount = writer.reserve(UInt16.self)
        let start = writer.count
        for name in dialectNames {
            writer.write(UInt8(2))
            writer.write(bytes: Array(name.utf8))
            writer.write(UInt8(0))
        }
        writer.fill(byteCount, with: writer.count - start)
    }
}
