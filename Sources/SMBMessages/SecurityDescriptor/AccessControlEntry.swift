public import Wire

/// MS-DTYP 2.4.4: what one SID is allowed, denied or watched for.
public struct AccessControlEntry: Hashable, Sendable {
    /// MS-DTYP 2.4.4.1.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        public var rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let allowed = Kind(rawValue: 0x00)
        public static let denied = Kind(rawValue: 0x01)
        public static let audit = Kind(rawValue: 0x02)
        public static let mandatoryLabel = Kind(rawValue: 0x11)

        /// The kinds that name object types between the mask and the SID.
        var isObject: Bool {
            switch rawValue {
            case 0x05...0x08, 0x0B, 0x0C, 0x0F, 0x10: true
            default: false
            }
        }
    }

    /// MS-DTYP 2.4.4.1.
    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let objectInherit = Flags(rawValue: 0x01)
        public static let containerInherit = Flags(rawValue: 0x02)
        public static let noPropagateInherit = Flags(rawValue: 0x04)
        public static let inheritOnly = Flags(rawValue: 0x08)
        public static let inherited = Flags(rawValue: 0x10)
        public static let successfulAccess = Flags(rawValue: 0x40)
        public static let failedAccess = Flags(rawValue: 0x80)
    }

    /// The type, the size, the mask and the smallest SID.
    static let encodedSizeMin = 16

    public var kind: Kind
    public var flags: Flags
    public var mask: AccessMask
    public var sid: SID
    /// The object types of an object entry, as they came.
    public var objectData: [UInt8]
    /// What follows the SID: conditions, claims or padding.
    public var applicationData: [UInt8]

    public init(
        _ kind: Kind,
        flags: Flags = [],
        mask: AccessMask,
        sid: SID,
        objectData: [UInt8] = [],
        applicationData: [UInt8] = []
    ) {
        self.kind = kind
        self.flags = flags
        self.mask = mask
        self.sid = sid
        self.objectData = objectData
        self.applicationData = applicationData
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        let start = reader.offset
        kind = Kind(rawValue: try reader.read())
        flags = Flags(rawValue: try reader.read())
        let size = Int(try reader.read(UInt16.self))
        // MS-DTYP 2.4.4.1: AceSize is a multiple of four, so an entry can be kept as it came.
        guard size >= Self.encodedSizeMin, size.isMultiple(of: 4) else {
            throw WireError(.invalidValue, at: start)
        }
        var body = try reader.slice(at: start, count: size)
        try body.skip(4)
        mask = AccessMask(rawValue: try body.read())
        objectData = kind.isObject ? try Self.readObjectData(from: &body) : []
        sid = try SID(from: &body)
        applicationData = try body.readBytes(count: body.remaining)
        try reader.seek(to: start + size)
    }

    /// A word of flags that says which of two identifiers follow (MS-DTYP 2.4.4.3).
    @_lifetime(body: copy body)
    private static func readObjectData(
        from body: inout WireReader
    ) throws(WireError) -> [UInt8] {
        let start = body.offset
        let flags = try body.read(UInt32.self)
        try body.seek(to: start)
        return try body.readBytes(count: 4 + (flags & 0b11).nonzeroBitCount * 16)
    }

    public var encodedSize: Int {
        let size = 8 + objectData.count + sid.encodedSize + applicationData.count
        return (size + 3) & ~3
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(kind.rawValue)
        writer.write(flags.rawValue)
        writer.write(UInt16(clamping: encodedSize))
        writer.write(mask.rawValue)
        writer.write(bytes: objectData)
        sid.encode(to: &writer)
        writer.write(bytes: applicationData)
        let unpadded = 8 + objectData.count + sid.encodedSize + applicationData.count
        writer.write(zeros: encodedSize - unpadded)
    }
}
