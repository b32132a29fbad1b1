public import SMBMessages

/// Who may set up, bind and prove a session, and how it is protected then (MS-SMB2 3.3.5.5).
public enum SessionRules {
    /// What a connection knows about itself.
    public struct Ends: Hashable, Sendable {
        public var dialect: Dialect
        public var cipher: CipherID
        public var signing: SigningAlgorithmID

        public init(dialect: Dialect, cipher: CipherID, signing: SigningAlgorithmID) {
            self.dialect = dialect
            self.cipher = cipher
            self.signing = signing
        }
    }

    /// The session that a client wants to use on one more connection.
    public struct Bound: Hashable, Sendable {
        public var origin: Ends
        public var state: SessionState
        public var isUser: Bool
        /// The connection has the session already.
        public var isOnConnection: Bool

        public init(origin: Ends, state: SessionState, isUser: Bool, isOnConnection: Bool) {
            self.origin = origin
            self.state = state
            self.isUser = isUser
            self.isOnConnection = isOnConnection
        }
    }

    /// MS-SMB2 3.3.5.5, SMB2_SESSION_FLAG_BINDING: the status that refuses it, or nil when the
    /// signature may be checked, with the session's own key. `session` is nil where no session of
    /// the server has the id.
    ///
    /// The order is that of Windows, which looks at the signing algorithms before anything else:
    /// GMAC and the others do not go together on one session. It lets a client bind under another
    /// ClientGuid.
    public static func refusesBinding(
        of session: Bound?,
        to connection: Ends,
        isSigned: Bool
    ) -> NTStatus? {
        guard let session else {
            return connection.dialect >= .smb300 ? .userSessionDeleted : .requestNotAccepted
        }
        let origin = session.origin
        switch (origin.signing == .aesGMAC, connection.signing == .aesGMAC) {
        case (true, false): return .requestOutOfSequence
        case (false, true): return .notSupported
        default: break
        }
        guard connection.dialect >= .smb300 else { return .requestNotAccepted }
        guard origin.dialect == connection.dialect, origin.cipher == connection.cipher, isSigned
        else { return .invalidParameter }
        switch session.state {
        case .inProgress: return .requestNotAccepted
        case .expired: return .networkSessionExpired
        case .valid: break
        }
        guard session.isUser else { return .notSupported }
        return session.isOnConnection ? .requestNotAccepted : nil
    }

    /// What the end of an authentication makes of a session.
    public struct Protection: Hashable, Sendable {
        public var requiresSigning: Bool
        public var encryptsData: Bool
        /// The final response carries a signature.
        public var signsResponse: Bool

        public init(requiresSigning: Bool, encryptsData: Bool, signsResponse: Bool) {
            self.requiresSigning = requiresSigning
            self.encryptsData = encryptsData
            self.signsResponse = signsResponse
        }
    }

    /// MS-SMB2 3.3.5.5.3; nil refuses the session with STATUS_ACCESS_DENIED, because it could not
    /// be protected as the server demands.
    public static func protection(
        isUser: Bool,
        canEncrypt: Bool,
        clientRequiresSigning: Bool,
        serverRequiresSigning: Bool,
        serverRequiresEncryption: Bool
    ) -> Protection? {
        guard isUser else {
            // Guests and the anonymous have no key to protect anything with.
            if serverRequiresEncryption || serverRequiresSigning { return nil }
            return Protection(requiresSigning: false, encryptsData: false, signsResponse: false)
        }
        if serverRequiresEncryption {
            guard canEncrypt else { return nil }
            return Protection(requiresSigning: false, encryptsData: true, signsResponse: true)
        }
        return Protection(
            requiresSigning: clientRequiresSigning || serverRequiresSigning,
            encryptsData: false,
            signsResponse: true
        )
    }

    /// MS-SMB2 3.3.4.1.4: whether a response goes out encrypted.
    public static func encryptsResponse(
        to command: Command,
        requestWasEncrypted: Bool,
        sessionEncrypts: Bool,
        shareEncrypts: Bool
    ) -> Bool {
        if requestWasEncrypted { return true }
        switch command {
        case .negotiate, .sessionSetup: return false
        case .treeConnect: return sessionEncrypts
        default: return sessionEncrypts || shareEncrypts
        }
    }
}
