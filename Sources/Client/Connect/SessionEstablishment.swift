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

/// The last step of authentication: keys, and the check that nobody changed the steps before
/// (MS-SMB2 3.2.5.3.1).
struct SessionEstablishment: Sendable {
    var sessionID: UInt64
    var flags: SessionSetupResponse.Flags
    var key: [UInt8]
    var hash: PreauthHash
    var finalMessage: [UInt8]
    var isFinalSigned: Bool
    var traits: ServerTraits
    var options: ClientOptions

    private var isUnprotected: Bool { !flags.isDisjoint(with: [.isGuest, .isAnonymous]) }

    func putInForce(on link: Link) async throws(ClientError) -> SessionTraits {
        if isUnprotected { return try await putInForceUnprotected(on: link) }
        guard !key.isEmpty else {
            throw ClientError.violation("the server ends the authentication before it began")
        }
        let wantsSeal = options.encrypts || flags.contains(.encryptData)
        guard !wantsSeal || traits.cipher != nil else { throw Self.cannotEncrypt }
        let signsAll = options.signs || traits.securityMode.contains(.signingRequired)
        let result: Result<Void, ClientError> = await link.perform { link in
            Result { () throws(ClientError) in try install(on: link, signsAll, wantsSeal) }
        }
        try result.get()
        return SessionTraits(
            isGuest: false,
            isSigned: signsAll && !wantsSeal,
            isSealed: wantsSeal,
            canSeal: traits.cipher != nil
        )
    }

    private func putInForceUnprotected(on link: Link) async throws(ClientError) -> SessionTraits {
        guard options.acceptsGuest else {
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
        await link.perform { $0.sessionID = sessionID }
        return SessionTraits(isGuest: true, isSigned: false, isSealed: false, canSeal: false)
    }

    private static let cannotEncrypt = ClientError(
        .unsupported,
        reason: "the server cannot encrypt; leave out --encrypt or use a server with SMB 3"
    )

    /// On the reactor's thread, which owns the contexts.
    private func install(
        on link: Link,
        _ signsAll: Bool,
        _ wantsSeal: Bool
    ) throws(ClientError) {
        do {
            var protection = Protection()
            let keys = keys
            let signingKey = keys?.signing ?? SessionKeys.sessionKey(from: key)
            let signing = try SigningContext(algorithm: traits.signing, key: signingKey)
            protection.signing = signing
            protection.signsAll = signsAll
            if let keys, let cipher = traits.cipher {
                protection.cipher = try CipherContext(
                    algorithm: cipher,
                    sealingKey: keys.clientToServer,
                    openingKey: keys.serverToClient
                )
                protection.sealsAll = wantsSeal
            }
            // MS-SMB2 3.2.5.3.1: in 3.1.1 the last answer must be signed, which proves that both
            // ends saw the same negotiation.
            if isFinalSigned || traits.dialect == .smb311 {
                guard verify(with: signing) else { throw ClientError.badSignature }
            }
            link.protection = protection
            link.sessionID = sessionID
        } catch let error as ClientError {
            throw error
        } catch {
            throw ClientError(.local, reason: "libcrypto cannot use the session's keys: \(error)")
        }
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
