internal import SMBMessages
internal import SMBSecurity

/// What a session turned out to be.
struct SessionTraits: Sendable {
    var isGuest: Bool
    var isSigned: Bool
    var isSealed: Bool
    /// The session has a key, so a share may demand encryption.
    var canSeal: Bool
}

extension SessionTraits {
    /// As far as a check of the negotiation wants to know.
    init(_ maker: ChannelMaker) {
        self.init(isGuest: maker.isGuest, isSigned: false, isSealed: false, canSeal: false)
    }
}

/// The last step of authentication: keys, and the check that nobody changed the steps before
/// (MS-SMB2 3.2.5.3.1).
struct SessionEstablishment {
    var sessionID: UInt64
    var flags: SessionSetupResponse.Flags
    var key: [UInt8]
    var hash: PreauthHash
    var finalMessage: [UInt8]
    var isFinalSigned: Bool
    var traits: ServerTraits
    var options: ClientOptions
    var purpose: Handshake.Purpose

    private var isUnprotected: Bool { !flags.isDisjoint(with: [.isGuest, .isAnonymous]) }

    typealias Established = (traits: SessionTraits, security: SessionSecurity)

    func putInForce(on link: Link) async throws(ClientError) -> Established {
        if isUnprotected { return try await putInForceUnprotected(on: link) }
        guard !key.isEmpty else {
            throw ClientError.violation("the server ends the authentication before it began")
        }
        if case .binding(let security) = purpose {
            return try await bind(to: security, on: link)
        }
        let wantsSeal = options.encrypts || flags.contains(.encryptData)
        guard !wantsSeal || traits.cipher != nil else { throw Self.cannotEncrypt }
        let demandsSigning =
            options.requiresSigning || traits.securityMode.contains(.signingRequired)
        var protection = Protection()
        protection.signsAll = options.signs || demandsSigning
        protection.sealsAll = wantsSeal
        protection.requiresSigning = demandsSigning
        let security = try await install(protection, on: link)
        return (
            SessionTraits(
                isGuest: false,
                isSigned: protection.signsAll && !wantsSeal,
                isSealed: wantsSeal,
                canSeal: traits.cipher != nil
            ),
            security
        )
    }

    /// MS-SMB2 3.2.5.3.3: a signing key of its own, and for the rest what the session has.
    private func bind(
        to security: SessionSecurity,
        on link: Link
    ) async throws(ClientError) -> Established {
        let result = await link.perform { link in
            Result { () throws(ClientError) in
                let signing = try makeSigning()
                link.protection = security.protection(signing: signing, traits)
                link.sessionID = sessionID
            }
        }
        try result.get()
        let bound = SessionTraits(
            isGuest: false,
            isSigned: security.signsAll && !security.sealsAll,
            isSealed: security.sealsAll,
            canSeal: security.cipher != nil
        )
        return (bound, security)
    }

    private func putInForceUnprotected(on link: Link) async throws(ClientError) -> Established {
        guard options.acceptsGuest, case .fresh = purpose else {
            throw ClientError(
                .authentication,
                reason: "the server does not know this user and offers access as a guest only; "
                    + "check the name, or use --anonymous if that is enough"
            )
        }
        guard !options.encrypts, !flags.contains(.encryptData) else {
            throw ClientError(
                .unsupported,
                reason: "a guest session cannot be encrypted; give a user name and password"
            )
        }
        let security = await link.perform { link in
            link.sessionID = sessionID
            return SessionSecurity(sessionID: sessionID, link.protection)
        }
        return (
            SessionTraits(isGuest: true, isSigned: false, isSealed: false, canSeal: false), security
        )
    }

    private static let cannotEncrypt = ClientError(
        .unsupported,
        reason: "the server cannot encrypt; leave out --encrypt or use a server with SMB 3"
    )

    /// Makes the keys on the reactor's thread, which owns their contexts.
    private func install(
        _ wanted: Protection,
        on link: Link
    ) async throws(ClientError) -> SessionSecurity {
        let (signsAll, sealsAll) = (wanted.signsAll, wanted.sealsAll)
        let requiresSigning = wanted.requiresSigning
        let result = await link.perform { link in
            Result { () throws(ClientError) in
                var protection = Protection()
                protection.signing = try makeSigning()
                protection.signsAll = signsAll
                protection.requiresSigning = requiresSigning
                protection.cipher = try makeCipher()
                protection.sealsAll = sealsAll
                protection.allow(traits.placedTransforms)
                link.protection = protection
                link.sessionID = sessionID
                return SessionSecurity(sessionID: sessionID, protection)
            }
        }
        return try result.get()
    }

    private func makeSigning() throws(ClientError) -> SigningContext {
        let signing: SigningContext
        do {
            let signingKey = keys?.signing ?? SessionKeys.sessionKey(from: key)
            signing = try SigningContext(algorithm: traits.signing, key: signingKey)
        } catch {
            throw Self.unusable(error)
        }
        // MS-SMB2 3.2.5.3.1: in 3.1.1 the last answer must be signed, which proves that both ends
        // saw the same negotiation.
        if isFinalSigned || traits.dialect == .smb311 {
            guard verify(with: signing) else { throw ClientError.badSignature }
        }
        return signing
    }

    private func makeCipher() throws(ClientError) -> CipherContext? {
        guard let keys, let cipher = traits.cipher else { return nil }
        do {
            return try CipherContext(
                algorithm: cipher,
                sealingKey: keys.clientToServer,
                openingKey: keys.serverToClient
            )
        } catch {
            throw Self.unusable(error)
        }
    }

    private static func unusable(_ error: CryptoError) -> ClientError {
        ClientError(.local, reason: "libcrypto cannot use the session's keys: \(error)")
    }

    private var keys: SessionKeys? {
        if traits.dialect == .smb311 {
            return SessionKeys(authenticationKey: key, preauthHash: hash, cipher: traits.cipher)
        }
        return traits.dialect >= .smb300 ? SessionKeys(authenticationKey: key) : nil
    }

    private func verify(with signing: SigningContext) -> Bool {
        let message = unsafe finalMessage.span.bytes
        return signing.verify(message)
    }
}
