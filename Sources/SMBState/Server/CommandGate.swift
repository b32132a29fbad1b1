public import SMBMessages

/// What a request has to pass before its command is looked at (MS-SMB2 3.3.5.2.2 to 3.3.5.2.11).
///
/// The tables of the server are asked by the caller; the rules about what it finds are here.
public enum CommandGate {
    public enum Verdict: Hashable, Sendable {
        case proceed
        case fail(NTStatus)
        /// MS-SMB2 3.3.7.1: no reply is sent.
        case drop
    }

    /// Before anything is looked up: a header that no client sends ends the connection
    /// (MS-SMB2 3.3.5.2.2, 3.3.5.2.6).
    public static func checkHeader(
        _ header: Header,
        isNegotiated: Bool,
        isFirstOfMessage: Bool
    ) -> Verdict {
        if header.isResponse { return .drop }
        if header.command.rawValue > Command.oplockBreak.rawValue {
            return isFirstOfMessage ? .drop : .fail(.invalidParameter)
        }
        if !isNegotiated, header.command != .negotiate { return .drop }
        return .proceed
    }

    /// MS-SMB2 3.3.5.2.1.1: an encrypted message speaks for one session.
    public static func checkTransform(
        _ header: Header,
        transformSessionID: UInt64,
        isFirstOfMessage: Bool
    ) -> Verdict {
        if isFirstOfMessage, header.flags.contains(.related) { return .drop }
        if header.flags.contains(.related) { return .proceed }
        return header.sessionID == transformSessionID ? .proceed : .drop
    }

    /// What a command needs to be looked up for it.
    public enum Need: Hashable, Sendable {
        case nothing, session, tree
    }

    public static func need(of header: Header) -> Need {
        switch header.command {
        case .negotiate, .sessionSetup, .cancel: .nothing
        case .echo where header.sessionID == 0: .nothing
        case .logoff, .echo, .treeConnect: .session
        default: .tree
        }
    }

    /// MS-SMB2 3.3.5.2.9. Nil stands for a session that is not in the connection's table.
    public static func checkSession(
        _ session: SessionState?,
        command: Command,
        encryptsData: Bool,
        isEncrypted: Bool
    ) -> Verdict {
        switch session {
        case nil, .inProgress:
            return .fail(.userSessionDeleted)
        case .expired:
            guard command == .logoff || command == .close || command == .lock else {
                return .fail(.networkSessionExpired)
            }
        case .valid:
            break
        }
        return encryptsData && !isEncrypted ? .fail(.accessDenied) : .proceed
    }

    /// MS-SMB2 3.3.5.2.11. Nil stands for a tree that the session does not have.
    public static func checkTree(requiresEncryption: Bool?, isEncrypted: Bool) -> Verdict {
        guard let requiresEncryption else { return .fail(.networkNameDeleted) }
        return requiresEncryption && !isEncrypted ? .fail(.accessDenied) : .proceed
    }

    /// How a request's signature is dealt with.
    public enum Signature: Hashable, Sendable {
        /// Encryption has proved more, or nothing is asked for.
        case unneeded
        /// It must be right, else STATUS_ACCESS_DENIED; the response is signed too.
        case verify
        case fail(NTStatus)
    }

    /// MS-SMB2 3.3.5.2.4, and 3.3.5.7 for TREE_CONNECT, which 3.1.1 wants proved in any case.
    public static func signature(
        of header: Header,
        isEncrypted: Bool,
        session: SessionProtection
    ) -> Signature {
        if isEncrypted { return .unneeded }
        if header.flags.contains(.signed) {
            if session.hasKey { return .verify }
            // Guests have no key, and Windows clients sign to them all the same.
            return session.isUser ? .fail(.notSupported) : .unneeded
        }
        if session.requiresSigning { return .fail(.accessDenied) }
        if header.command == .treeConnect, session.dialect == .smb311, session.isUser {
            return .fail(.accessDenied)
        }
        return .unneeded
    }
}

/// MS-SMB2 3.3.1.8, Session.State.
public enum SessionState: Hashable, Sendable {
    case inProgress, valid, expired
}

/// How a session is protected.
public struct SessionProtection: Hashable, Sendable {
    public var dialect: Dialect
    /// Neither a guest nor anonymous.
    public var isUser: Bool
    /// The connection is a channel of the session with a key of its own.
    public var hasKey: Bool
    public var requiresSigning: Bool

    public init(dialect: Dialect, isUser: Bool, hasKey: Bool, requiresSigning: Bool) {
        self.dialect = dialect
        self.isUser = isUser
        self.hasKey = hasKey
        self.requiresSigning = requiresSigning
    }
}
