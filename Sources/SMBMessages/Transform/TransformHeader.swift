public import Wire

/// MS-SMB2 2.2.41: the 52 bytes in front of an encrypted message.
public struct TransformHeader: Hashable, Sendable {
    public static let size = 52
    /// 0xFD 'S' 'M' 'B', read as a little-endian integer.
    public static let protocolID: UInt32 = 0x424D_53FD
    /// The bytes that are authenticated but not encrypted: everything after the signature.
    public static let authenticatedOffset = 20
    static let encryptedFlag: UInt16 = 0x0001

    public var signature: UInt128
    /// The first 11 (CCM) or 12 (GCM) bytes are the nonce, the rest zeros.
    public var nonce: UInt128
    /// Bytes of the message that follows, which is as long encrypted as it is plain.
    public var originalMessageSize: UInt32
    /// "Encrypted" in 3.1.1, the cipher in 3.0 and 3.0.2; both must be 1.
    public var flags: UInt16
    public var sessionID: UInt64

    public init(
        nonce: UInt128,
        originalMessageSize: UInt32,
        sessionID: UInt64,
        signature: UInt128 = 0
    ) {
        self.signature = signature
        self.nonce = nonce
        self.originalMessageSize = originalMessageSize
        self.flags = Self.encryptedFlag
        self.sessionID = sessionID
    }

    public var isEncrypted: Bool { flags == Self.encryptedFlag }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        guard try reader.read(UInt32.self) == Self.protocolID else {
            throw WireError(.invalidValue, at: reader.offset - 4)
        }
        signature = try reader.read()
        nonce = try reader.read()
        originalMessageSize = try reader.read()
        try reader.skip(2)
        flags = try reader.read()
        sessionID = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.protocolID)
        writer.write(signature)
        writer.write(nonce)
        writer.write(originalMessageSize)
        writer.write(UInt16(0))
        writer.write(flags)
        writer.write(sessionID)
    }
}
