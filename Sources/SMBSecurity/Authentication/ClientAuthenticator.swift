public import Wire

/// The client's half of one authentication: NTLMv2 in SPNEGO (MS-SPNG, RFC 4178).
///
/// `start`, then `respond` for each STATUS_MORE_PROCESSING_REQUIRED, then `finish` with the buffer
/// of the response that carries STATUS_SUCCESS.
public struct ClientAuthenticator: Sendable {
    private enum State: Sendable {
        case idle
        case waitingForChallenge(encodedMechanisms: [UInt8])
        case waitingForEnd(encodedMechanisms: [UInt8], NTLMSession)
        case done
    }

    private var ntlm: NTLMClient
    private var state = State.idle
    private let isAnonymous: Bool

    /// There once `respond` has answered the server's challenge: sixteen bytes.
    public private(set) var sessionKey: [UInt8]?

    /// `targetName` is the server as the user named it; `time` is the present.
    public init(
        credentials: LogonCredentials,
        targetName: String,
        clientChallenge: UInt64 = SecureRandom.integer(),
        exportedSessionKey: [UInt8] = SecureRandom.bytes(count: 16),
        time: FileTime
    ) {
        isAnonymous = credentials.secret == .none
        ntlm = NTLMClient(
            credentials: credentials,
            targetName: targetName,
            clientChallenge: clientChallenge,
            exportedSessionKey: exportedSessionKey,
            time: time
        )
    }

    /// The first token, given the security buffer of the NEGOTIATE response, which may be empty.
    public mutating func start(
        with negotiateToken: [UInt8]
    ) throws(AuthenticationRefusal) -> [UInt8] {
        if !negotiateToken.isEmpty {
            guard let offer = try? NegotiationInit(negotiateToken) else { throw .malformedToken }
            guard offer.mechanisms.contains(.ntlm) else { throw .noCommonMechanism }
        }
        let opening = NegotiationInit(mechanisms: [.ntlm], mechanismToken: ntlm.start())
        state = .waitingForChallenge(encodedMechanisms: opening.encodedMechanisms)
        return opening.encode()
    }

    /// The token that answers the server's.
    public mutating func respond(
        to token: [UInt8]
    ) throws(AuthenticationRefusal) -> [UInt8] {
        guard case .waitingForChallenge(let mechanisms) = state else { throw .unexpectedToken }
        guard let answer = try? NegotiationResponse(token) else { throw .malformedToken }
        guard answer.mechanism ?? .ntlm == .ntlm else { throw .noCommonMechanism }
        guard answer.state != .reject else { throw .logonFailure }
        guard let challenge = answer.token else { throw .malformedToken }
        let (proof, session) = try ntlm.respond(to: challenge)
        sessionKey = session.key
        state = .waitingForEnd(encodedMechanisms: mechanisms, session)
        var response = NegotiationResponse(token: proof)
        if session.canSign, !isAnonymous {
            response.mechanismListMIC = session.signature(of: mechanisms, by: .client)
        }
        return response.encode()
    }

    /// Checks that nobody changed the mechanisms on the way (RFC 4178 5).
    ///
    /// A server that sends no MIC passes: we offered one mechanism, so there was nothing to change.
    public mutating func finish(with token: [UInt8]) throws(AuthenticationRefusal) {
        guard case .waitingForEnd(let mechanisms, let session) = state else {
            throw .unexpectedToken
        }
        state = .done
        guard !token.isEmpty else { return }
        guard let answer = try? NegotiationResponse(token) else { throw .malformedToken }
        guard answer.state != .reject else { throw .logonFailure }
        guard let received = answer.mechanismListMIC, session.canSign, !isAnonymous else { return }
        let expected = session.signature(of: mechanisms, by: .server)
        guard ConstantTime.equal(expected, received) else { throw .tampered }
    }
}
