public import Wire

/// MS-SMB2 2.2.32.5: one address by which the server can be reached.
public struct NetworkInterface: Hashable, Sendable {
    public static let encodedSize = 152
    /// Bounds what a peer's list may hold.
    public static let countMax = 1024

    public struct Capabilities: OptionSet, Hashable, Sendable {
        public var rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Receive-side scaling: worth several connections.
        public static let rss = Capabilities(rawValue: 0x1)
        public static let rdma = Capabilities(rawValue: 0x2)
    }

    public enum Address: Hashable, Sendable {
        /// In host order: 127.0.0.1 is 0x7F000001.
        case ipv4(UInt32)
        case ipv6(UInt128, scope: UInt32)
        /// A family that this code does not know.
        case other(UInt16)
    }

    public var index: UInt32
    public var capabilities: Capabilities
    public var bitsPerSecond: UInt64
    public var address: Address

    public init(
        index: UInt32,
        capabilities: Capabilities,
        bitsPerSecond: UInt64,
        address: Address
    ) {
        self.index = index
        self.capabilities = capabilities
        self.bitsPerSecond = bitsPerSecond
        self.address = address
    }

    private static let familyIPv4: UInt16 = 0x0002
    private static let familyIPv6: UInt16 = 0x0017

    public static func encode(_ interfaces: [NetworkInterface], to writer: inout WireWriter) {
        var list = EntryListWriter(alignment: 8, at: writer)
        for interface in interfaces {
            list.beginEntry(&writer)
            writer.write(interface.index)
            writer.write(interface.capabilities.rawValue)
            writer.write(UInt32(0))
            writer.write(interface.bitsPerSecond)
            interface.encodeAddress(to: &writer)
        }
    }

    /// SOCKADDR_STORAGE, 128 bytes, with the address in network order.
    private func encodeAddress(to writer: inout WireWriter) {
        switch address {
        case .ipv4(let value):
            writer.write(Self.familyIPv4)
            writer.write(UInt16(0))
            writer.writeBigEndian(value)
            writer.write(zeros: 120)
        case .ipv6(let value, let scope):
            writer.write(Self.familyIPv6)
            writer.write(UInt16(0))
            writer.write(UInt32(0))
            writer.writeBigEndian(value)
            writer.write(scope)
            writer.write(zeros: 100)
        case .other(let family):
            writer.write(family)
            writer.write(zeros: 126)
        }
    }

    @_lifetime(reader: copy reader)
    public static func decodeList(
        from reader: inout WireReader
    ) throws(WireError) -> [NetworkInterface] {
        var interfaces: [NetworkInterface] = []
        var list = EntryListReader()
        while let start = try list.next(&reader) {
            guard interfaces.count < countMax else { throw WireError(.invalidValue, at: start) }
            interfaces.append(try NetworkInterface(afterLinkFrom: &reader))
        }
        return interfaces
    }

    @_lifetime(reader: copy reader)
    private init(afterLinkFrom reader: inout WireReader) throws(WireError) {
        index = try reader.read()
        capabilities = Capabilities(rawValue: try reader.read())
        try reader.skip(4)
        bitsPerSecond = try reader.read()
        let family = try reader.read(UInt16.self)
        switch family {
        case Self.familyIPv4:
            try reader.skip(2)
            address = .ipv4(try reader.readBigEndian())
            try reader.skip(120)
        case Self.familyIPv6:
            try reader.skip(6)
            let value = try reader.readBigEndian(UInt128.self)
            address = .ipv6(value, scope: try reader.read())
            try reader.skip(100)
        default:
            address = .other(family)
            try reader.skip(126)
        }
    }
}
