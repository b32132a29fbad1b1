public import Wire

/// The server's half of one authentication, whatever wrapping the client chose: SPNEGO (MS-SPNG)
/// or bare NTLM. One object per SESSION_SETUP exchange; a reauthentication starts a new one.
public struct ServerAuthenticator: Sendable {
    /// `challenge` comes from `SecureRandom`, `time` is the present.
    public init(
        names: ServerNames,
        policy: AuthenticationPolicy,
        accounts: any AccountDirectory,
        challenge: UInt64,
        time: FileTime
    ) {
    }

    /// The security buffer of a NEGOTIATE response (MS-SMB2 2.2.4): it offers NTLM.
    public static func negotiateToken() -> [UInt8] { [] }

    /// Takes the security buffer of a SESSION_SETUP request.
    public mutating func step(_ token: [UInt8]) -> AuthenticationStep {
        .refused(.noCommonMechanism)
    }
}
