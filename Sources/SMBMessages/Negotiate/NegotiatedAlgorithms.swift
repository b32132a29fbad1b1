/// MS-SMB2 2.2.3.1.1: a preauthentication integrity hash function.
public struct HashAlgorithmID: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let sha512 = HashAlgorithmID(rawValue: 0x0001)
}

/// MS-SMB2 2.2.3.1.2: a cipher.
public struct CipherID: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// In a response: the server shares no cipher with the client (3.3.5.4).
    public static let none = CipherID(rawValue: 0x0000)
    public static let aes128CCM = CipherID(rawValue: 0x0001)
    public static let aes128GCM = CipherID(rawValue: 0x0002)
    public static let aes256CCM = CipherID(rawValue: 0x0003)
    public static let aes256GCM = CipherID(rawValue: 0x0004)
}

/// MS-SMB2 2.2.3.1.3: a compression algorithm.
public struct CompressionAlgorithmID: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let none = CompressionAlgorithmID(rawValue: 0x0000)
    public static let lznt1 = CompressionAlgorithmID(rawValue: 0x0001)
    public static let lz77 = CompressionAlgorithmID(rawValue: 0x0002)
    public static let lz77Huffman = CompressionAlgorithmID(rawValue: 0x0003)
    public static let patternV1 = CompressionAlgorithmID(rawValue: 0x0004)
    public static let lz4 = CompressionAlgorithmID(rawValue: 0x0005)
}

/// MS-SMB2 2.2.3.1.6: what happens to data that RDMA places.
public struct RDMATransformID: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let none = RDMATransformID(rawValue: 0x0000)
    public static let encryption = RDMATransformID(rawValue: 0x0001)
    public static let signing = RDMATransformID(rawValue: 0x0002)
}

/// MS-SMB2 2.2.3.1.7: a signing algorithm.
public struct SigningAlgorithmID: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let hmacSHA256 = SigningAlgorithmID(rawValue: 0x0000)
    public static let aesCMAC = SigningAlgorithmID(rawValue: 0x0001)
    public static let aesGMAC = SigningAlgorithmID(rawValue: 0x0002)
}
