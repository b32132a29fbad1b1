internal import Wire

/// The server's half of NTLM (MS-NLMP 3.2.5.1), of which NTLMv2 alone is spoken: LM and NTLMv1
/// responses are refused whatever the password.
///
/// Randomness and time come in as arguments, so equal inputs make equal tokens.
struct NTLMServer: Sendable {
    enum Step: Sendable {
        case challenge([UInt8])
        case accepted(Identity, NTLMSession)
        case refused(AuthenticationRefusal)
    }

    private enum State: Sendable {
        case waitingForNegotiate
        case waitingForAuthenticate(negotiate: [UInt8], challenge: [UInt8])
        case done
    }

    private let names: ServerNames
    private let policy: AuthenticationPolicy
    private let accounts: any AccountDirectory
    private let challenge: UInt64
    private let time: FileTime
    private var state = State.waitingForNegotiate

    init(
        names: ServerNames,
        policy: AuthenticationPolicy,
        accounts: any AccountDirectory,
        challenge: UInt64,
        time: FileTime
    ) {
        self.names = names
        self.policy = policy
        self.accounts = accounts
        self.challenge = challenge
        self.time = time
    }

    mutating func step(_ token: [UInt8]) -> Step {
        do throws(AuthenticationRefusal) {
            switch state {
            case .waitingForNegotiate:
                let answer = try receiveNegotiate(token)
                state = .waitingForAuthenticate(negotiate: token, challenge: answer)
                return .challenge(answer)
            case .waitingForAuthenticate(let negotiate, let challenge):
                state = .done
                return try receiveAuthenticate(token, negotiate: negotiate, challenge: challenge)
            case .done:
                throw .unexpectedToken
            }
        } catch {
            state = .done
            return .refused(error)
        }
    }

    /// MS-NLMP 3.2.5.1.1.
    private func receiveNegotiate(
        _ token: [UInt8]
    ) throws(AuthenticationRefusal) -> [UInt8] {
        guard
            let message = try? withReader(
                over: token,
                {
                    reader throws(WireError) in try NTLMNegotiateMessage(from: &reader)
                }
            )
        else { throw .malformedToken }
        guard message.flags.contains([.unicode, .extendedSessionSecurity]) else {
            throw .weakAuthentication
        }
        var flags = message.flags.intersection(.serverSupport)
        flags.formUnion([.requestTarget, .ntlm, .alwaysSign, .targetTypeServer, .targetInfo])
        var info = AVPairs()
        info.set(.netBIOSDomain, text: names.netBIOSDomain)
        info.set(.netBIOSName, text: names.netBIOSName)
        info.set(.dnsDomain, text: names.dnsDomain)
        info.set(.dnsName, text: names.dnsName)
        info.timestamp = time
        var writer = WireWriter()
        NTLMChallengeMessage(
            flags: flags,
            challenge: challenge,
            targetName: names.netBIOSName,
            targetInfo: info
        ).encode(to: &writer)
        return writer.finish()
    }

    /// MS-NLMP 3.2.5.1.2.
    private func receiveAuthenticate(
        _ token: [UInt8],
        negotiate: [UInt8],
        challenge challengeToken: [UInt8]
    ) throws(AuthenticationRefusal) -> Step {
        guard
            let message = try? withReader(
                over: token,
                {
                    reader throws(WireError) in try NTLMAuthenticateMessage(from: &reader)
                }
            )
        else { throw .malformedToken }
        // Who has no proof has no security to negotiate either: the anonymous leave the flag out.
        if message.ntResponse.isEmpty && message.lmResponse.allSatisfy({ $0 == 0 }) {
            return try admitWithoutProof(message)
        }
        guard message.flags.contains(.extendedSessionSecurity) else { throw .weakAuthentication }
        guard let response = NTLMv2Response(message.ntResponse) else {
            // 24 bytes are NTLMv1; what is longer wants to be NTLMv2.
            throw message.ntResponse.count > NTLMv2Response.ntlmV1Count
                ? .malformedToken : .weakAuthentication
        }
        guard let hash = accounts.ntHash(user: message.user, domain: message.domain) else {
            guard policy.allowsGuest else { throw .logonFailure }
            return .accepted(identity(of: message, kind: .guest), try session(of: message))
        }
        // Some clients compute with an empty domain whatever they send (MS-NLMP 3.2.5.1.2).
        let keys = [message.domain, ""].map { domain in
            NTLMv2Response.responseKey(hash: hash, user: message.user, domain: domain)
        }
        guard
            let key = keys.first(where: {
                response.isGenuine(responseKey: $0, serverChallenge: challenge)
            })
        else { throw .logonFailure }
        let session = try session(
            of: message,
            baseKey: response.sessionBaseKey(responseKey: key)
        )
        if response.hasMIC {
            let range = NTLMAuthenticateMessage.micOffset..<NTLMAuthenticateMessage.fixedSize
            guard token.count >= range.upperBound else { throw .malformedToken }
            let expected = session.mic(
                negotiate: negotiate,
                challenge: challengeToken,
                authenticate: token
            )
            guard ConstantTime.equal(expected, Array(token[range])) else { throw .tampered }
        }
        return .accepted(identity(of: message, kind: .user), session)
    }

    /// Somebody who proves nothing: anonymous without a name, the guest with one.
    private func admitWithoutProof(
        _ message: NTLMAuthenticateMessage
    ) throws(AuthenticationRefusal) -> Step {
        if message.user.isEmpty && policy.allowsAnonymous {
            return .accepted(identity(of: message, kind: .anonymous), try session(of: message))
        }
        guard policy.allowsGuest else {
            throw message.user.isEmpty ? .anonymousDenied : .logonFailure
        }
        return .accepted(identity(of: message, kind: .guest), try session(of: message))
    }

    private func identity(
        of message: NTLMAuthenticateMessage,
        kind: Identity.Kind
    ) -> Identity {
        Identity(
            kind: kind,
            user: message.user,
            domain: message.domain,
            workstation: message.workstation
        )
    }

    /// The session key under a base key; guests and the anonymous have sixteen zeros.
    private func session(
        of message: NTLMAuthenticateMessage,
        baseKey: [UInt8] = [UInt8](repeating: 0, count: 16)
    ) throws(AuthenticationRefusal) -> NTLMSession {
        guard message.flags.contains(.keyExchange) else {
            return NTLMSession(key: baseKey, flags: message.flags)
        }
        let encrypted = message.encryptedSessionKey
        if encrypted.isEmpty && message.flags.isDisjoint(with: [.sign, .seal]) {
            return NTLMSession(key: baseKey, flags: message.flags)
        }
        guard encrypted.count == 16 else { throw .malformedToken }
        var stream = RC4(key: baseKey)
        return NTLMSession(key: stream.apply(to: encrypted), flags: message.flags)
    }
}
