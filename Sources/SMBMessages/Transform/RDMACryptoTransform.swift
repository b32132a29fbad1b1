import Wire

/// MS-SMB2 2.2.43.1: how the data that RDMA places is encrypted or signed.
public struct RDMACryptoTransform: Hashable, Sendable {
    /// Without the signature and the nonce, whose lengths it names.
    static let fixedSize = 8
    /// Signatures and nonces have at most this many bytes in what this module writes.
    public static let fieldCountMax = 16

    /// `encryption` or `signing`: TransformType has the numbers of the identifiers.
    public var kind: RDMATransformID
    /// Little-endian; the first `signatureCount` bytes are sent.
    public var signature: UInt128
    public var signatureCount: Int
    /// Little-endian; the first `nonceCount` bytes are sent.
    public var nonce: UInt128
    public var nonceCount: Int

    public init(
        kind: RDMATransformID,
        signature: UInt128,
        signatureCount: Int = RDMACryptoTransform.fieldCountMax,
        nonce: UInt128,
        nonceCount: Int
    ) {
        self.kind = kind
        self.signature = signature
        self.signatureCount = signatureCount
        self.nonce = nonce
        self.nonceCount = nonceCount
    }

    /// Lengths that are too large are kept, for who checks the data to refuse; of the bytes, those
    /// that fit.
    @_lifetime(reader: copy reader)
    init(from reader: inout WireReader) throws(WireError) {
        kind = RDMATransformID(rawValue: try reader.read())
        guard kind == .encryption || kind == .signing else {
            throw WireError(.invalidValue, at: reader.offset - 2)
        }
        signatureCount = Int(try reader.read(UInt16.self))
        nonceCount = Int(try reader.read(UInt16.self))
        try reader.skip(2)
        signature = try Self.readField(signatureCount, from: &reader)
        nonce = try Self.readField(nonceCount, from: &reader)
    }

    @_lifetime(reader: copy reader)
    private static func readField(
        _ count: Int,
        from reader: inout WireReader
    ) throws(WireError) -> UInt128 {
        guard count <= fieldCountMax else {
            try reader.skip(count)
            return 0
        }
        var value: UInt128 = 0
        for index in 0..<count {
            value |= UInt128(try reader.read(UInt8.self)) << UInt128(8 * index)
        }
        return value
    }

    var encodedCount: Int {
        Self.fixedSize + min(signatureCount, Self.fieldCountMax)
            + min(nonceCount, Self.fieldCountMax)
    }

    /// Without the padding, which depends on where the structure lies.
    func encode(to writer: inout WireWriter) {
        let signatureCount = min(signatureCount, Self.fieldCountMax)
        let nonceCount = min(nonceCount, Self.fieldCountMax)
        writer.write(kind.rawValue)
        writer.write(UInt16(signatureCount))
        writer.write(UInt16(nonceCount))
        writer.write(UInt16(0))
        Self.write(signature, count: signatureCount, to: &writer)
        Self.write(nonce, count: nonceCount, to: &writer)
    }

    private static func write(_ value: UInt128, count: Int, to writer: inout WireWriter) {
        for index in 0..<count {
            writer.write(UInt8(truncatingIfNeeded: value >> UInt128(8 * index)))
        }
    }
}
