internal import SMBMessages
internal import SMBSecurity
internal import Wire

/// Negotiates and authenticates on a new link (MS-SMB2 3.2.4.2.2, 3.2.4.2.3).
struct Handshake {
    /// NTLM needs two rounds; Kerberos with delegation a few more.
    private static let roundsMax = 8

    let link: Link
    let host: String
    let options: ClientOptions
    let clientGUID: GUID

    /// What authentication is for.
    enum Purpose {
        /// A new session; the server forgets the previous one, if there is one.
        case fresh(previous: UInt64)
        /// A channel more for a session (MS-SMB2 3.2.4.2.3).
        case binding(SessionSecurity)
    }

    /// What VALIDATE_NEGOTIATE_INFO repeats later.
    var capabilities: Capabilities {
        options.dialectMax >= .smb300 ? [.largeMTU, .encryption, .multiChannel] : [.largeMTU]
    }

    var securityMode: SecurityMode {
        options.requiresSigning ? [.signingEnabled, .signingRequired] : .signingEnabled
    }

    var dialects: [Dialect] {
        ClientOptions.Dialect.allCases.filter { $0 <= options.dialectMax }
            .map { Dialect(rawValue: $0.rawValue) }
    }

    func negotiate() async throws(ClientError) -> ServerTraits {
        let request = NegotiateRequest(
            dialects: dialects,
            securityMode: securityMode,
            capabilities: capabilities,
            clientGUID: clientGUID,
            contexts: dialects.contains(.smb311) ? contexts : []
        )
        let outcome = try await link.exchange(
            [Request(.negotiate) { request.encode(to: &$0) }],
            keepsSentBytes: true
        )
        let reply = outcome.replies[0]
        if reply.status == .notSupported || reply.status == .invalidParameter {
            throw ClientError(
                .unsupported,
                reason: "the server speaks none of the dialects \(dialects[0]) to "
                    + "\(dialects[dialects.count - 1])",
                statusName: reply.status.description
            )
        }
        let response = try reply.decode("negotiation") { reader throws(WireError) in
            try NegotiateResponse(from: &reader)
        }
        var hash = PreauthHash()
        hash.update(outcome.sent)
        hash.update(reply.message)
        let traits = try ServerTraits(response, to: request, preauthHash: hash)
        let hasCredits = traits.capabilities.contains(.largeMTU) && traits.dialect > .smb202
        await link.perform { link in
            link.credits.supportsMultiCredit = hasCredits
            link.maxRead = traits.maxRead
            link.maxWrite = traits.maxWrite
        }
        return traits
    }

    private var contexts: [NegotiateContext] {
        let posix: [NegotiateContext] =
            options.usesPOSIX ? [.posix(NegotiateContext.posixVersion)] : []
        return [
            .preauthIntegrity(hashes: [.sha512], salt: SecureRandom.bytes(count: 32)),
            .encryption([.aes128GCM, .aes256GCM, .aes128CCM, .aes256CCM]),
            .netName(host),
            .signing([.aesGMAC, .aesCMAC, .hmacSHA256]),
            .rdmaTransform([.encryption, .signing]),
        ] + posix
    }

    /// Authenticates and puts the session's protection in force.
    func authenticate(
        _ credentials: Credentials,
        traits: ServerTraits,
        time: FileTime,
        purpose: Purpose
    ) async throws(ClientError) -> (traits: SessionTraits, security: SessionSecurity) {
        var authenticator = ClientAuthenticator(
            credentials: credentials.isAnonymous
                ? .anonymous
                : .init(
                    user: credentials.user,
                    domain: credentials.domain,
                    password: credentials.password
                ),
            targetName: host,
            time: time
        )
        var hash = traits.preauthHash
        var sessionID: UInt64 = 0
        if case .binding(let security) = purpose {
            sessionID = security.sessionID
            // MS-SMB2 3.2.4.1.1: until the channel has its own key.
            await link.perform { $0.protection.signing = security.signing }
        }
        var token = try token { () throws(AuthenticationRefusal) in
            try authenticator.start(with: traits.securityBuffer)
        }
        for _ in 0..<Self.roundsMax {
            let outcome = try await setUp(purpose, sessionID: sessionID, token: token)
            let reply = outcome.replies[0]
            let response = try reply.decode(
                accepting: [.success, .moreProcessingRequired],
                "session set-up"
            ) { reader throws(WireError) in try SessionSetupResponse(from: &reader) }
            if case .fresh = purpose { sessionID = reply.header.sessionID }
            hash.update(outcome.sent)
            if reply.status == .moreProcessingRequired {
                hash.update(reply.message)
                token = try self.token { () throws(AuthenticationRefusal) in
                    try authenticator.respond(to: response.securityBuffer)
                }
                continue
            }
            var flags = response.flags
            // Servers do not all say what a session without a user is.
            if credentials.isAnonymous { flags.insert(.isAnonymous) }
            if flags.isDisjoint(with: [.isGuest, .isAnonymous]) {
                _ = try self.token { () throws(AuthenticationRefusal) in
                    try authenticator.finish(with: response.securityBuffer)
                    return []
                }
            }
            let establishment = SessionEstablishment(
                sessionID: sessionID,
                flags: flags,
                key: authenticator.sessionKey ?? [],
                hash: hash,
                finalMessage: reply.message,
                isFinalSigned: reply.header.flags.contains(.signed),
                traits: traits,
                options: options,
                purpose: purpose
            )
            return try await establishment.putInForce(on: link)
        }
        throw ClientError.violation("the server does not end the authentication")
    }

    private func setUp(
        _ purpose: Purpose,
        sessionID: UInt64,
        token: [UInt8]
    ) async throws(ClientError) -> Exchange.Outcome {
        var body = SessionSetupRequest(securityMode: securityMode, securityBuffer: token)
        switch purpose {
        case .fresh(let previous): body.previousSessionID = previous
        case .binding: body.isBinding = true
        }
        var request = Request(.sessionSetup) { [body] in body.encode(to: &$0) }
        request.sessionID = sessionID
        request.mustBeSigned = body.isBinding
        return try await link.exchange([request], keepsSentBytes: true)
    }

    private func token(
        _ body: () throws(AuthenticationRefusal) -> [UInt8]
    ) throws(ClientError) -> [UInt8] {
        do {
            return try body()
        } catch {
            throw ClientError(
                .authentication,
                reason: "the server and this program cannot authenticate: \(error)"
            )
        }
    }
}
