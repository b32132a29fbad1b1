/// The keys of one 3.x session (MS-SMB2 3.2.5.3.1, 3.3.5.5.3), by direction rather than by end:
/// the server's encryption key is the client's decryption key.
public struct SessionKeys: Hashable, Sendable {
    public var signing: [UInt8]
    public var clientToServer: [UInt8]
    public var serverToClient: [UInt8]
    public var application: [UInt8]

    /// Dialect 3.1.1: bound to the preauthentication hash of the session.
    ///
    /// `authenticationKey` is the key as authentication made it, of any length; without a
    /// negotiated cipher the encryption keys are derived as for AES-128. The signing key is derived
    /// with a length of 128 bits whatever the cipher, as Samba does, although MS-SMB2 3.1.4.2 can
    /// be read to say 256 under AES-256 and Linux's client reads it so.
    public init(
        authenticationKey: [UInt8],
        preauthHash: PreauthHash,
        cipher: CipherAlgorithm?
    ) {
        let sessionKey = Self.sessionKey(from: authenticationKey)
        let context = preauthHash.value
        let isLong = cipher?.keyCount == 32
        let cipherRoot = isLong ? authenticationKey : sessionKey
        let cipherBits: UInt32 = isLong ? 256 : 128
        signing = KeyDerivation.derive(
            key: sessionKey,
            label: "SMBSigningKey",
            context: context,
            bitCount: 128
        )
        clientToServer = KeyDerivation.derive(
            key: cipherRoot,
            label: "SMBC2SCipherKey",
            context: context,
            bitCount: cipherBits
        )
        serverToClient = KeyDerivation.derive(
            key: cipherRoot,
            label: "SMBS2CCipherKey",
            context: context,
            bitCount: cipherBits
        )
        application = KeyDerivation.derive(
            key: sessionKey,
            label: "SMBAppKey",
            context: context,
            bitCount: 128
        )
    }

    /// Dialects 3.0 and 3.0.2: fixed labels and contexts, AES-128-CCM only.
    public init(authenticationKey: [UInt8]) {
        let key = Self.sessionKey(from: authenticationKey)
        func derive(_ label: String, _ context: String) -> [UInt8] {
            KeyDerivation.derive(
                key: key,
                label: label,
                context: Array(context.utf8) + [0],
                bitCount: 128
            )
        }
        signing = derive("SMB2AESCMAC", "SmbSign")
        clientToServer = derive("SMB2AESCCM", "ServerIn ")
        serverToClient = derive("SMB2AESCCM", "ServerOut")
        application = derive("SMB2APP", "SmbRpc")
    }

    /// MS-SMB2 3.3.1.8: Session.SessionKey, the first sixteen bytes, padded with zeros. It signs
    /// in dialects 2.0.2 and 2.1 and is what the others derive from.
    public static func sessionKey(from authenticationKey: [UInt8]) -> [UInt8] {
        let prefix = authenticationKey.prefix(16)
        return prefix + [UInt8](repeating: 0, count: 16 - prefix.count)
    }
}
