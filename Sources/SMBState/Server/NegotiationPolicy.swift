public import SMBMessages

/// What this server is willing to agree on in NEGOTIATE.
public struct NegotiationPolicy: Hashable, Sendable {
    /// Best first. 2.0.2 has no credits for large transfers and is left out.
    public var dialects: [Dialect] = [.smb311, .smb302, .smb300, .smb210]
    /// Best first; empty for a server that does not encrypt.
    public var ciphers: [CipherID] = [.aes128GCM, .aes256GCM, .aes128CCM, .aes256CCM]
    /// Best first.
    public var signings: [SigningAlgorithmID] = [.aesGMAC, .aesCMAC, .hmacSHA256]
    /// What may be done to data that RDMA places; best first, empty for a server that knows none.
    public var rdmaTransforms: [RDMATransformID] = [.encryption, .signing]
    /// What the server can do whatever the client says; encryption is worked out.
    public var capabilities: Capabilities = [.largeMTU]
    public var requiresSigning = false
    public var allowsPOSIX = true

    public init() {}

    var securityMode: SecurityMode {
        requiresSigning ? [.signingEnabled, .signingRequired] : .signingEnabled
    }
}

/// What NEGOTIATE settled for a connection (MS-SMB2 3.3.1.7).
public struct Negotiated: Hashable, Sendable {
    public var dialect: Dialect
    /// Of the request, kept whole for FSCTL_VALIDATE_NEGOTIATE_INFO.
    public var request: NegotiateRequest
    public var serverCapabilities: Capabilities
    public var serverSecurityMode: SecurityMode
    /// `none` when the connection cannot encrypt.
    public var cipher: CipherID
    public var signing: SigningAlgorithmID
    public var hasPOSIXExtensions: Bool
    /// Connection.RDMATransformIds.
    public var rdmaTransforms: [RDMATransformID]

    public init(
        dialect: Dialect,
        request: NegotiateRequest,
        serverCapabilities: Capabilities,
        serverSecurityMode: SecurityMode,
        cipher: CipherID = .none,
        signing: SigningAlgorithmID,
        hasPOSIXExtensions: Bool = false,
        rdmaTransforms: [RDMATransformID] = []
    ) {
        self.dialect = dialect
        self.request = request
        self.serverCapabilities = serverCapabilities
        self.serverSecurityMode = serverSecurityMode
        self.cipher = cipher
        self.signing = signing
        self.hasPOSIXExtensions = hasPOSIXExtensions
        self.rdmaTransforms = rdmaTransforms
    }
}
