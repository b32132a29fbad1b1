public import Wire

/// The server's half of one authentication, whatever wrapping the client chose: SPNEGO (MS-SPNG,
/// RFC 4178) or bare NTLM. One object per SESSION_SETUP exchange; a reauthentication starts a new
/// one.
public struct ServerAuthenticator: Sendable {
    private enum Wrapping: Sendable {
        case unknown
        case none
        /// `encodedMechanisms` is what a mechListMIC covers.
        case spnego(encodedMechanisms: [UInt8], isMICRequested: Bool)
    }

    private var ntlm: NTLMServer
    private var wrapping = Wrapping.unknown
    private var isDone = false

    /// `challenge` comes from `SecureRandom`, `time` is the present.
    public init(
        names: ServerNames,
        policy: AuthenticationPolicy,
        accounts: any AccountDirectory,
        challenge: UInt64,
        time: FileTime
    ) {
        ntlm = NTLMServer(
            names: names,
            policy: policy,
            accounts: accounts,
            challenge: challenge,
            time: time
        )
    }

    /// The security buffer of a NEGOTIATE response (MS-SMB2 2.2.4): it offers NTLM.
    public static func negotiateToken() -> [UInt8] {
        NegotiationInit(mechanisms: [.ntlm], hintName: NegotiationInit.hint).encode()
    }

    /// Takes the security buffer of a SESSION_SETUP request.
    ///
    /// After `accepted` or `refused` the exchange is over.
    public mutating func step(_ token: [UInt8]) -> AuthenticationStep {
        guard !isDone else { return .refused(.unexpectedToken) }
        let step: AuthenticationStep
        do throws(AuthenticationRefusal) {
            switch wrapping {
            case .unknown: step = try open(token)
            case .none: step = try receiveBare(token)
            case .spnego(let mechanisms, let isMICRequested):
                step = try receiveResponse(
                    token,
                    encodedMechanisms: mechanisms,
                    isMICRequested: isMICRequested
                )
            }
        } catch {
            step = .refused(error)
        }
        if case .continue = step { return step }
        isDone = true
        return step
    }

    private mutating func open(
        _ token: [UInt8]
    ) throws(AuthenticationRefusal) -> AuthenticationStep {
        if NTLMMessage.isBare(token) {
            wrapping = .none
            return try receiveBare(token)
        }
        guard let offer = try? NegotiationInit(token) else { throw .malformedToken }
        guard offer.mechanisms.contains(.ntlm) else { throw .noCommonMechanism }
        let isFirst = offer.mechanisms.first == .ntlm
        wrapping = .spnego(
            encodedMechanisms: offer.encodedMechanisms,
            isMICRequested: !isFirst
        )
        guard let first = offer.mechanismToken, NTLMMessage.isBare(first) else {
            // Its favourite is not ours: the optimistic token is void (RFC 4178 4.2.2).
            let answer = NegotiationResponse(
                state: isFirst ? .acceptIncomplete : .requestMIC,
                mechanism: .ntlm
            )
            return .continue(token: answer.encode())
        }
        switch ntlm.step(first) {
        case .challenge(let challenge):
            let answer = NegotiationResponse(
                state: isFirst ? .acceptIncomplete : .requestMIC,
                mechanism: .ntlm,
                token: challenge
            )
            return .continue(token: answer.encode())
        case .accepted: throw .unexpectedToken
        case .refused(let reason): throw reason
        }
    }

    private mutating func receiveBare(
        _ token: [UInt8]
    ) throws(AuthenticationRefusal) -> AuthenticationStep {
        switch ntlm.step(token) {
        case .challenge(let challenge): return .continue(token: challenge)
        case .accepted(let identity, let session):
            return .accepted(token: [], identity: identity, sessionKey: session.key)
        case .refused(let reason): throw reason
        }
    }

    private mutating func receiveResponse(
        _ token: [UInt8],
        encodedMechanisms: [UInt8],
        isMICRequested: Bool
    ) throws(AuthenticationRefusal) -> AuthenticationStep {
        guard let response = try? NegotiationResponse(token), let inner = response.token else {
            throw .malformedToken
        }
        switch ntlm.step(inner) {
        case .challenge(let challenge):
            let answer = NegotiationResponse(state: .acceptIncomplete, token: challenge)
            return .continue(token: answer.encode())
        case .accepted(let identity, let session):
            var answer = NegotiationResponse(state: .acceptCompleted)
            // Guests and the anonymous share no key with us that could sign.
            if identity.kind == .user, session.canSign {
                if let received = response.mechanismListMIC {
                    let expected = session.signature(of: encodedMechanisms, by: .client)
                    guard ConstantTime.equal(expected, received) else { throw .tampered }
                }
                // A client that sends no MIC has nothing to lose: there is one mechanism only.
                if response.mechanismListMIC != nil || isMICRequested {
                    answer.mechanismListMIC = session.signature(
                        of: encodedMechanisms,
                        by: .server
                    )
                }
            }
            return .accepted(
                token: answer.encode(),
                identity: identity,
                sessionKey: session.key
            )
        case .refused(let reason): throw reason
        }
    }
}
