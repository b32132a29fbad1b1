internal import Wire

/// The client's half of NTLMv2 (MS-NLMP 3.1.5.1).
///
/// Randomness and time come in as arguments, so equal inputs make equal tokens.
struct NTLMClient: Sendable {
    private let credentials: LogonCredentials
    private let targetName: String
    private let workstation: String
    private let clientChallenge: UInt64
    private let exportedSessionKey: [UInt8]
    private let time: FileTime
    /// The first token, which the MIC covers.
    private var negotiate: [UInt8] = []

    /// `time` matters only to servers that do not send theirs.
    init(
        credentials: LogonCredentials,
        targetName: String,
        workstation: String = "",
        clientChallenge: UInt64,
        exportedSessionKey: [UInt8],
        time: FileTime
    ) {
        precondition(exportedSessionKey.count == 16)
        self.credentials = credentials
        self.targetName = targetName
        self.workstation = workstation
        self.clientChallenge = clientChallenge
        self.exportedSessionKey = exportedSessionKey
        self.time = time
    }

    /// The NEGOTIATE message.
    mutating func start() -> [UInt8] {
        var writer = WireWriter()
        NTLMNegotiateMessage(flags: .clientOffer).encode(to: &writer)
        negotiate = writer.finish()
        return negotiate
    }

    /// The AUTHENTICATE message that answers a CHALLENGE message, and the session it makes.
    func respond(
        to token: [UInt8]
    ) throws(AuthenticationRefusal) -> (token: [UInt8], session: NTLMSession) {
        guard
            let challenge = try? withReader(
                over: token,
                {
                    reader throws(WireError) in try NTLMChallengeMessage(from: &reader)
                }
            )
        else { throw .malformedToken }
        let flags = challenge.flags.intersection(.clientOffer)
        guard flags.contains([.unicode, .extendedSessionSecurity]) else {
            throw .weakAuthentication
        }
        guard let hash = credentials.ntHash else {
            return try authenticateAnonymously(flags: flags)
        }
        let responseKey = NTLMv2Response.responseKey(
            hash: hash,
            user: credentials.user,
            domain: credentials.domain
        )
        let response = NTLMv2Response(
            responseKey: responseKey,
            serverChallenge: challenge.challenge,
            clientChallenge: clientChallenge,
            time: challenge.targetInfo.timestamp ?? time,
            targetInfo: answer(to: challenge.targetInfo)
        )
        let (session, encryptedKey) = exchangeKey(
            baseKey: response.sessionBaseKey(responseKey: responseKey),
            flags: flags
        )
        let message = NTLMAuthenticateMessage(
            // The LMv2 response is weaker and nobody needs it (MS-NLMP 3.1.5.1.2).
            lmResponse: [UInt8](repeating: 0, count: 24),
            ntResponse: response.bytes,
            domain: credentials.domain,
            user: credentials.user,
            workstation: workstation,
            encryptedSessionKey: encryptedKey,
            flags: flags
        )
        return (encode(message, session: session, challenge: token), session)
    }

    /// MS-NLMP 3.3.2: no name, no response, a key of zeros.
    private func authenticateAnonymously(
        flags: NTLMFlags
    ) throws(AuthenticationRefusal) -> (token: [UInt8], session: NTLMSession) {
        let (session, encryptedKey) = exchangeKey(
            baseKey: [UInt8](repeating: 0, count: 16),
            flags: flags
        )
        let message = NTLMAuthenticateMessage(
            lmResponse: [0],
            ntResponse: [],
            domain: "",
            user: "",
            workstation: workstation,
            encryptedSessionKey: encryptedKey,
            flags: flags.union(.anonymous)
        )
        var writer = WireWriter()
        message.encode(to: &writer)
        return (writer.finish(), session)
    }

    /// MS-NLMP 3.1.5.1.2: the server's words, a promise of a MIC, and whom we meant to reach.
    private func answer(to targetInfo: AVPairs) -> AVPairs {
        var info = targetInfo
        info.flags |= AVPairs.micFlag
        info[.channelBindings] = [UInt8](repeating: 0, count: 16)
        info.set(.targetName, text: "cifs/\(targetName)")
        return info
    }

    private func exchangeKey(
        baseKey: [UInt8],
        flags: NTLMFlags
    ) -> (session: NTLMSession, encryptedKey: [UInt8]) {
        guard flags.contains([.keyExchange, .sign]) else {
            return (NTLMSession(key: baseKey, flags: flags), [])
        }
        var stream = RC4(key: baseKey)
        let session = NTLMSession(key: exportedSessionKey, flags: flags)
        return (session, stream.apply(to: exportedSessionKey))
    }

    private func encode(
        _ message: NTLMAuthenticateMessage,
        session: NTLMSession,
        challenge: [UInt8]
    ) -> [UInt8] {
        var writer = WireWriter()
        message.encode(to: &writer)
        var token = writer.finish()
        let mic = session.mic(negotiate: negotiate, challenge: challenge, authenticate: token)
        let range = NTLMAuthenticateMessage.micOffset..<NTLMAuthenticateMessage.fixedSize
        token.replaceSubrange(range, with: mic)
        return token
    }
}
