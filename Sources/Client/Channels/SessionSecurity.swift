internal import SMBSecurity

/// What all channels of a session have in common. Used on the reactor's thread alone.
final class SessionSecurity: @unchecked Sendable {
    let sessionID: UInt64
    /// Session.SigningKey, with which other channels are bound (MS-SMB2 3.2.4.1.1); guests have
    /// none.
    let signing: SigningContext?
    /// One for all channels, because no nonce may be used twice.
    let cipher: CipherContext?
    let signsAll: Bool
    let sealsAll: Bool
    let requiresSigning: Bool
    /// Of a server that was started anew since the first connection; set before the session is
    /// used.
    var serverGUID: UInt128?

    init(sessionID: UInt64, _ protection: Protection) {
        self.sessionID = sessionID
        signing = protection.signing
        cipher = protection.cipher
        signsAll = protection.signsAll
        sealsAll = protection.sealsAll
        requiresSigning = protection.requiresSigning
    }

    /// What a channel does that signs with `signing` and negotiated `traits`.
    func protection(signing: SigningContext, _ traits: ServerTraits) -> Protection {
        var protection = Protection()
        protection.signing = signing
        protection.signsAll = signsAll
        protection.cipher = cipher
        protection.sealsAll = sealsAll
        protection.requiresSigning = requiresSigning
        protection.allow(traits.placedTransforms)
        return protection
    }
}
