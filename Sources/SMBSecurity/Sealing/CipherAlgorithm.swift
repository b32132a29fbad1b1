/// MS-SMB2 2.2.3.1.2: the ciphers by the identifiers that NEGOTIATE carries.
public enum CipherAlgorithm: UInt16, Hashable, Sendable, CaseIterable {
    case aes128CCM = 1
    case aes128GCM = 2
    case aes256CCM = 3
    case aes256GCM = 4

    public var isCCM: Bool { self == .aes128CCM || self == .aes256CCM }

    /// Bytes of the key.
    public var keyCount: Int { self == .aes128CCM || self == .aes128GCM ? 16 : 32 }

    /// MS-SMB2 2.2.41: bytes of the Nonce field that the cipher uses; the rest are zero.
    public var nonceCount: Int { isCCM ? 11 : 12 }
}
