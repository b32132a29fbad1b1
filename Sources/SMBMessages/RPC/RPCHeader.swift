public import Wire

/// What every connection-oriented RPC message begins with (C706 12.6.3.1).
public struct RPCHeader: Hashable, Sendable {
    public static let size = 16
    /// The longest fragment that either side of this code sends or takes.
    public static let fragmentSizeMax = 4280

    public struct Kind: RawRepresentable, Hashable, Sendable {
        public var rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let request = Kind(rawValue: 0)
        public static let response = Kind(rawValue: 2)
        public static let fault = Kind(rawValue: 3)
        public static let bind = Kind(rawValue: 11)
        public static let bindAck = Kind(rawValue: 12)
        public static let bindNak = Kind(rawValue: 13)
        public static let alterContext = Kind(rawValue: 14)
        public static let alterContextResponse = Kind(rawValue: 15)
        public static let authenticate3 = Kind(rawValue: 16)
        public static let cancel = Kind(rawValue: 18)
        public static let orphaned = Kind(rawValue: 19)
    }

    public struct Flags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let firstFragment = Flags(rawValue: 0x01)
        public static let lastFragment = Flags(rawValue: 0x02)
        public static let didNotExecute = Flags(rawValue: 0x20)
        public static let objectIdentifier = Flags(rawValue: 0x80)
        public static let whole: Flags = [.firstFragment, .lastFragment]
    }

    public var kind: Kind
    public var flags: Flags
    /// Bytes of the whole fragment; filled in by `fillLength` when it is written.
    public var fragmentLength: UInt16
    public var authenticationLength: UInt16
    public var callID: UInt32

    public init(kind: Kind, flags: Flags = .whole, callID: UInt32) {
        self.kind = kind
        self.flags = flags
        fragmentLength = 0
        authenticationLength = 0
        self.callID = callID
    }

    /// Little-endian, ASCII, IEEE; others do not exist any more.
    private static let dataRepresentation: UInt32 = 0x0000_0010

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        let start = reader.offset
        let major = try reader.read(UInt8.self)
        let minor = try reader.read(UInt8.self)
        kind = Kind(rawValue: try reader.read())
        flags = Flags(rawValue: try reader.read())
        let representation = try reader.read(UInt32.self)
        fragmentLength = try reader.read()
        authenticationLength = try reader.read()
        callID = try reader.read()
        guard major == 5, minor <= 1, representation & 0xF0 == 0x10,
            fragmentLength >= Self.size
        else { throw WireError(.invalidValue, at: start) }
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(UInt8(5))
        writer.write(UInt8(0))
        writer.write(kind.rawValue)
        writer.write(flags.rawValue)
        writer.write(Self.dataRepresentation)
        writer.write(fragmentLength)
        writer.write(authenticationLength)
        writer.write(callID)
    }

    /// One fragment: this header, what `body` writes, and the length that makes.
    func fragment(_ body: (inout WireWriter) -> Void) -> [UInt8] {
        var writer = WireWriter()
        encode(to: &writer)
        body(&writer)
        writer.overwrite(at: 8, with: UInt16(clamping: writer.count))
        return writer.finish()
    }
}
