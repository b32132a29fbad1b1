import Logging
import SMBMessages
import SMBSecurity
import SMBState

extension SessionSetup {
    /// MS-SMB2 3.3.5.5.3, after the mechanism's success: keys, channel, demands.
    static func accept(
        _ request: Request,
        _ session: Session,
        _ pending: PendingAuthentication,
        _ message: SessionSetupRequest,
        _ negotiation: Negotiation,
        identity: Identity,
        key: [UInt8]
    ) throws -> SessionSetupResponse.Flags {
        let connection = request.connection
        session.pendingAuthentications.removeAll { $0 === pending }
        connection.endBinding(session)
        request.session = session
        if pending.isBinding {
            do {
                try bind(request, session, pending, negotiation, identity, key)
            } catch {
                // Its channels may have gone while this one was being added.
                if session.isUnreachable { connection.shard?.end(session) }
                throw error
            }
            return []
        }
        guard session.state == .inProgress else {
            try proveAgain(request, session, identity)
            return []
        }
        session.identity = identity
        session.negotiation = negotiation
        if message.previousSessionID != 0, message.previousSessionID != session.sessionID,
            let shard = connection.shard
        {
            connection.server.endPrevious(message.previousSessionID, of: identity, from: shard)
        }
        let configuration = connection.server.configuration
        let protection = SessionRules.protection(
            isUser: identity.kind == .user,
            canEncrypt: negotiation.cipher != nil,
            clientRequiresSigning: negotiation.clientRequiresSigning
                || message.securityMode.contains(.signingRequired),
            serverRequiresSigning: configuration.requireSigning,
            serverRequiresEncryption: configuration.requireEncryption
        )
        guard let protection else {
            connection.shard?.end(session)
            throw NTStatus.accessDenied
        }
        session.signingRequired = protection.requiresSigning
        session.encryptsData = protection.encryptsData
        var flags: SessionSetupResponse.Flags = protection.encryptsData ? .encryptData : []
        switch identity.kind {
        case .guest: flags = .isGuest
        case .anonymous: flags = .isAnonymous
        case .user: try makeKeys(request, session, pending, negotiation, key)
        }
        if identity.kind != .user {
            session.channels.append(Channel(connection: connection, signing: nil))
        }
        session.state = .valid
        connection.window.authenticated()
        connection.log.info(
            "session",
            metadata: [
                "user": "\(identity.user)", "kind": "\(identity.kind)",
                "dialect": "\(negotiation.dialect)",
            ]
        )
        return flags
    }

    /// A session that is there already: its keys stay (MS-SMB2 3.3.5.5.2).
    private static func proveAgain(
        _ request: Request,
        _ session: Session,
        _ identity: Identity
    ) throws(NTStatus) {
        let isSame = identity.user.lowercased() == session.userName
        guard identity.kind == .anonymous || (identity.kind == .user && isSame) else {
            request.connection.shard?.end(session)
            throw .accessDenied
        }
        session.isDemoted = identity.kind == .anonymous
        session.state = .valid
        request.replySigning = session.channel(of: request.connection)?.signing
    }

    /// Derives the keys of a user's session.
    private static func makeKeys(
        _ request: Request,
        _ session: Session,
        _ pending: PendingAuthentication,
        _ negotiation: Negotiation,
        _ key: [UInt8]
    ) throws {
        let keys = Self.keys(negotiation, pending, key)
        let signing = try SigningContext(algorithm: negotiation.signing, key: keys.signing)
        session.sessionKey = key
        session.signing = signing
        session.channels.append(Channel(connection: request.connection, signing: signing))
        if let cipher = negotiation.cipher {
            session.cipher = try CipherContext(
                algorithm: cipher,
                sealingKey: keys.serverToClient,
                openingKey: keys.clientToServer
            )
        }
        request.replySigning = signing
    }

    /// Adds a channel to a session (MS-SMB2 3.3.5.5.3, SMB2_SESSION_FLAG_BINDING).
    private static func bind(
        _ request: Request,
        _ session: Session,
        _ pending: PendingAuthentication,
        _ negotiation: Negotiation,
        _ identity: Identity,
        _ key: [UInt8]
    ) throws {
        // MS-SMB2 3.3.5.5 has NOT_SUPPORTED here; Windows answers with ACCESS_DENIED.
        guard identity.kind == .user, identity.user.lowercased() == session.userName else {
            throw NTStatus.accessDenied
        }
        let keys = Self.keys(negotiation, pending, key)
        let signing = try SigningContext(algorithm: negotiation.signing, key: keys.signing)
        guard request.connection.add(session) else { throw NTStatus.insufficientResources }
        session.channels.append(Channel(connection: request.connection, signing: signing))
        request.connection.window.authenticated()
        request.replySigning = signing
    }

    private static func keys(
        _ negotiation: Negotiation,
        _ pending: PendingAuthentication,
        _ key: [UInt8]
    ) -> SessionKeys {
        if let hash = pending.preauthHash {
            return SessionKeys(
                authenticationKey: key,
                preauthHash: hash,
                cipher: negotiation.cipher
            )
        }
        var keys = SessionKeys(authenticationKey: key)
        // 2.1 signs with the session key itself (MS-SMB2 3.1.4.1).
        if !negotiation.is3x { keys.signing = SessionKeys.sessionKey(from: key) }
        return keys
    }
}
