public import Wire

/// The client's half of one authentication: NTLMv2 in SPNEGO (MS-SPNG).
///
/// `start`, then `respond` for each STATUS_MORE_PROCESSING_REQUIRED, then `finish` with the buffer
/// of the response that carries STATUS_SUCCESS.
public struct ClientAuthenticator: Sendable {
    /// There once `respond` has answered the server's challenge: sixteen bytes.
    public private(set) var sessionKey: [UInt8]?

    /// `targetName` is the server as the user named it; `time` is the present.
    public init(
        credentials: Credentials,
        targetName: String,
        clientChallenge: UInt64 = SecureRandom.integer(),
        exportedSessionKey: [UInt8] = SecureRandom.bytes(count: 16),
        time: FileTime
    ) {
    }

    /// The first token, given the security buffer of the NEGOTIATE response.
    public mutating func start(
        with negotiateToken: [UInt8]
    ) throws(AuthenticationRefusal) -> [UInt8] {
        throw .noCommonMechanism
    }

    /// The token that answers the server's.
    public mutating func respond(
        to token: [UInt8]
    ) throws(AuthenticationRefusal) -> [UInt8] {
        throw .noCommonMechanism
    }

    /// Checks that nobody changed the mechanisms on the way (MS-SPNG 3.1.5.3 and RFC 4178 5).
    public mutating func finish(with token: [UInt8]) throws(AuthenticationRefusal) {
        throw .noCommonMechanism
    }
}
