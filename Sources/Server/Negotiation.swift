import SMBMessages
import SMBSecurity
import SMBState
import Wire

/// What NEGOTIATE settled for a connection (MS-SMB2 3.3.1.7).
struct Negotiation: Sendable {
    var dialect: Dialect
    var clientGUID: GUID
    var clientCapabilities: Capabilities
    var clientSecurityMode: SecurityMode
    /// Kept for FSCTL_VALIDATE_NEGOTIATE_INFO.
    var clientDialects: [Dialect]
    var serverCapabilities: Capabilities
    var serverSecurityMode: SecurityMode
    /// `nil` when the client cannot encrypt.
    var cipher: CipherAlgorithm?
    var signing: SigningAlgorithm
    /// The SMB 3.1.1 POSIX extensions were asked for.
    var hasPOSIXExtensions = false
    /// Connection.RDMATransformIds has ENCRYPTION.
    var encryptsPlacedData = false
    /// Connection.RDMATransformIds has SIGNING.
    var signsPlacedData = false

    /// 2.1 and later with large MTU (MS-SMB2 3.3.5.4).
    var supportsMultiCredit: Bool { dialect >= .smb210 }
    var is3x: Bool { dialect >= .smb300 }
    /// Connection.ShouldSign (MS-SMB2 3.3.5.4).
    var clientRequiresSigning: Bool { clientSecurityMode.contains(.signingRequired) }

    /// What the channels of one session must have in common.
    var ends: SessionRules.Ends {
        .init(
            dialect: dialect,
            cipher: CipherID(rawValue: cipher?.rawValue ?? 0),
            signing: SigningAlgorithmID(rawValue: signing.rawValue)
        )
    }

    /// The machine's result in terms of the algorithms that are there.
    init(_ negotiated: Negotiated) {
        dialect = negotiated.dialect
        clientGUID = negotiated.request.clientGUID
        clientCapabilities = negotiated.request.capabilities
        clientSecurityMode = negotiated.request.securityMode
        clientDialects = negotiated.request.dialects
        serverCapabilities = negotiated.serverCapabilities
        serverSecurityMode = negotiated.serverSecurityMode
        cipher = CipherAlgorithm(rawValue: negotiated.cipher.rawValue)
        signing = SigningAlgorithm(rawValue: negotiated.signing.rawValue) ?? .aes128CMAC
        hasPOSIXExtensions = negotiated.hasPOSIXExtensions
        encryptsPlacedData = negotiated.rdmaTransforms.contains(.encryption)
        signsPlacedData = negotiated.rdmaTransforms.contains(.signing)
    }
}
