public import Wire

/// MS-SMB2 2.2.6: the server's half of a round of authentication.
public struct SessionSetupResponse: Hashable, Sendable {
    public static let fixedSize = 8
    public static let structureSize: UInt16 = 9

    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt16

        public init(rawValue: UInt16) { self.rawValue = rawValue }

        public static let isGuest = Flags(rawValue: 0x0001)
        /// SMB2_SESSION_FLAG_IS_NULL: an anonymous session.
        public static let isAnonymous = Flags(rawValue: 0x0002)
        public static let encryptData = Flags(rawValue: 0x0004)
    }

    public var flags: Flags
    public var securityBuffer: [UInt8]

    public init(flags: Flags = [], securityBuffer: [UInt8]) {
        self.flags = flags
        self.securityBuffer = securityBuffer
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        flags = Flags(rawValue: try reader.read())
        let offset = Int(try reader.read(UInt16.self))
        let count = Int(try reader.read(UInt16.self))
        securityBuffer = try reader.buffer(at: offset, count: count)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(flags.rawValue)
        let offset = writer.reserve(UInt16.self)
        writer.write(UInt16(clamping: securityBuffer.count))
        writer.fillOffset(offset)
        writer.write(bytes: securityBuffer)
    }
}
