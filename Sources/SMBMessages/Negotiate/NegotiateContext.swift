public import Wire

/// MS-SMB2 2.2.3.1: one property that the ends of a 3.1.1 connection agree on.
///
/// A request lists what the client can do, a response what the server has chosen; the form is the
/// same. Contexts of other types are kept as they came.
public enum NegotiateContext: Hashable, Sendable {
    case preauthIntegrity(hashes: [HashAlgorithmID], salt: [UInt8])
    case encryption([CipherID])
    case compression([CompressionAlgorithmID], isChained: Bool)
    case netName(String)
    case transport(TransportFlags)
    case rdmaTransform([RDMATransformID])
    case signing([SigningAlgorithmID])
    /// The POSIX extensions of Linux and Samba; the data names their version.
    case posix(GUID)
    case unknown(type: UInt16, data: [UInt8])

    /// MS-SMB2 2.2.3.1.5.
    public struct TransportFlags: OptionSet, Hashable, Sendable {
        public var rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// The transport is secure enough to go without SMB2 encryption.
        public static let acceptTransportSecurity = TransportFlags(rawValue: 0x0000_0001)
    }

    /// 93AD2550-9CB4-11E7-B423-83DE968BCD7C, which its authors put on the wire byte by byte.
    public static let posixVersion = GUID(rawValue: 0x7CCD_8B96_DE83_23B4_E711_B49C_5025_AD93)

    /// ContextType.
    public var type: UInt16 {
        switch self {
        case .preauthIntegrity: 0x0001
        case .encryption: 0x0002
        case .compression: 0x0003
        case .netName: 0x0005
        case .transport: 0x0006
        case .rdmaTransform: 0x0007
        case .signing: 0x0008
        case .posix: 0x0100
        case .unknown(let type, _): type
        }
    }

    /// One context with the reader at its ContextType.
    @_lifetime(reader: copy reader)
    init(from reader: inout WireReader) throws(WireError) {
        let type = try reader.read(UInt16.self)
        let count = Int(try reader.read(UInt16.self))
        try reader.skip(4)
        var data = try reader.slice(at: reader.offset, count: count)
        try reader.skip(count)
        self = try Self.decode(type: type, from: &data)
    }

    @_lifetime(data: copy data)
    private static func decode(
        type: UInt16,
        from data: inout WireReader
    ) throws(WireError) -> NegotiateContext {
        switch type {
        case 0x0001:
            let hashCount = try data.read(UInt16.self)
            let saltCount = Int(try data.read(UInt16.self))
            let hashes = try data.readIdentifiers(HashAlgorithmID.self, count: hashCount)
            return .preauthIntegrity(hashes: hashes, salt: try data.readBytes(count: saltCount))
        case 0x0002:
            return .encryption(try data.readIdentifiers(count: try data.read()))
        case 0x0003:
            let count = try data.read(UInt16.self)
            try data.skip(2)
            let isChained = try data.read(UInt32.self) & 1 != 0
            return .compression(try data.readIdentifiers(count: count), isChained: isChained)
        case 0x0005:
            return .netName(try data.readUTF16(byteCount: data.remaining))
        case 0x0006:
            return .transport(TransportFlags(rawValue: try data.read()))
        case 0x0007:
            let count = try data.read(UInt16.self)
            try data.skip(6)
            return .rdmaTransform(try data.readIdentifiers(count: count))
        case 0x0008:
            return .signing(try data.readIdentifiers(count: try data.read()))
        case 0x0100 where data.count == 16:
            return .posix(try GUID(from: &data))
        default:
            return .unknown(type: type, data: try data.readBytes(count: data.remaining))
        }
    }

    func encode(to writer: inout WireWriter) {
        writer.write(type)
        let count = writer.reserve(UInt16.self)
        writer.write(UInt32(0))
        let start = writer.count
        encodeData(to: &writer)
        writer.fill(count, with: writer.count - start)
    }

    private func encodeData(to writer: inout WireWriter) {
        switch self {
        case .preauthIntegrity(let hashes, let salt):
            writer.write(UInt16(clamping: hashes.count))
            writer.write(UInt16(clamping: salt.count))
            for hash in hashes { writer.write(hash.rawValue) }
            writer.write(bytes: salt)
        case .encryption(let ciphers):
            writer.write(UInt16(clamping: ciphers.count))
            for cipher in ciphers { writer.write(cipher.rawValue) }
        case .compression(let algorithms, let isChained):
            writer.write(UInt16(clamping: algorithms.count))
            writer.write(UInt16(0))
            writer.write(UInt32(isChained ? 1 : 0))
            for algorithm in algorithms { writer.write(algorithm.rawValue) }
        case .netName(let name):
            writer.write(utf16: name)
        case .transport(let flags):
            writer.write(flags.rawValue)
        case .rdmaTransform(let transforms):
            writer.write(UInt16(clamping: transforms.count))
            writer.write(zeros: 6)
            for transform in transforms { writer.write(transform.rawValue) }
        case .signing(let algorithms):
            writer.write(UInt16(clamping: algorithms.count))
            for algorithm in algorithms { writer.write(algorithm.rawValue) }
        case .posix(let version):
            version.encode(to: &writer)
        case .unknown(_, let data):
            writer.write(bytes: data)
        }
    }
}

extension WireReader {
    /// An array of 16-bit identifiers.
    @_lifetime(self: copy self)
    fileprivate mutating func readIdentifiers<ID: RawRepresentable<UInt16>>(
        _ type: ID.Type = ID.self,
        count: UInt16
    ) throws(WireError) -> [ID] {
        guard Int(count) * 2 <= remaining else { throw WireError(.truncated, at: offset) }
        var identifiers: [ID] = []
        identifiers.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let identifier = ID(rawValue: try read()) else { continue }
            identifiers.append(identifier)
        }
        return identifiers
    }
}
