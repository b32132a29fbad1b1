public import Wire

/// MS-NLMP 2.2.2.1: what a server says about itself and a client returns with its proof.
public struct AVPairs: Hashable, Sendable {
    /// What a value means. Unknown identifiers stay values.
    public struct Identifier: RawRepresentable, Hashable, Sendable {
        public var rawValue: UInt16

        public init(rawValue: UInt16) { self.rawValue = rawValue }

        static let end = Self(rawValue: 0)
        public static let netBIOSName = Self(rawValue: 1)
        public static let netBIOSDomain = Self(rawValue: 2)
        public static let dnsName = Self(rawValue: 3)
        public static let dnsDomain = Self(rawValue: 4)
        public static let flags = Self(rawValue: 6)
        public static let timestamp = Self(rawValue: 7)
        public static let targetName = Self(rawValue: 9)
        public static let channelBindings = Self(rawValue: 10)
    }

    public struct Pair: Hashable, Sendable {
        public var identifier: Identifier
        public var value: [UInt8]
    }

    /// MsvAvFlags: the AUTHENTICATE message carries a MIC.
    public static let micFlag: UInt32 = 0x0000_0002

    /// More pairs than any peer sends; a list that is longer is refused.
    static let countMax = 64

    public private(set) var pairs: [Pair] = []

    public init() {}

    /// Reads up to the terminator, which must be there; what follows it stays unread.
    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        while true {
            let identifier = Identifier(rawValue: try reader.read())
            let count = Int(try reader.read(UInt16.self))
            if identifier == .end { return }
            guard pairs.count < Self.countMax else {
                throw WireError(.invalidValue, at: reader.offset)
            }
            pairs.append(Pair(identifier: identifier, value: try reader.readBytes(count: count)))
        }
    }

    public func encode(to writer: inout WireWriter) {
        for pair in pairs {
            writer.write(pair.identifier.rawValue)
            writer.write(UInt16(clamping: pair.value.count))
            writer.write(bytes: pair.value)
        }
        writer.write(UInt32.zero)  // MsvAvEOL, no value
    }

    /// The value of the first pair of that identifier; setting replaces it or adds one at the end.
    public subscript(identifier: Identifier) -> [UInt8]? {
        get { pairs.first { $0.identifier == identifier }?.value }
        set {
            let index = pairs.firstIndex { $0.identifier == identifier }
            switch (index, newValue) {
            case (let index?, let value?): pairs[index].value = value
            case (let index?, nil): pairs.remove(at: index)
            case (nil, let value?): pairs.append(Pair(identifier: identifier, value: value))
            case (nil, nil): break
            }
        }
    }

    public var timestamp: FileTime? {
        get { integer(.timestamp).map { FileTime(rawValue: $0) } }
        set { self[.timestamp] = newValue.map { littleEndianBytes($0.rawValue) } }
    }

    /// MsvAvFlags; zero when absent.
    public var flags: UInt32 {
        get { integer(.flags) ?? 0 }
        set { self[.flags] = littleEndianBytes(newValue) }
    }

    mutating func set(_ identifier: Identifier, text: String) {
        self[identifier] = UTF16LittleEndian.bytes(of: text)
    }

    private func integer<T: FixedWidthInteger>(_ identifier: Identifier) -> T? {
        guard let value = self[identifier], value.count == T.bitWidth / 8 else { return nil }
        return value.reversed().reduce(T.zero) { $0 << 8 | T($1) }
    }
}
