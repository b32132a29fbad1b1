import Logging
import Reactor
import SMBMessages
import SMBSecurity
import SMBState
import Wire

/// MS-SMB2 3.3.5.5: one step of an authentication; the last makes the session's keys.
enum SessionSetup {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let message = try SessionSetupRequest(from: &reader)
        let connection = request.connection
        guard let negotiation = connection.negotiation else { return .drop }
        if connection.server.configuration.requireEncryption, negotiation.cipher == nil {
            throw NTStatus.accessDenied
        }
        let (session, pending) = try findOrBegin(request, message, negotiation)
        request.replySessionID = session.sessionID
        if negotiation.dialect == .smb311 {
            request.withBytes(request.commandStart..<request.commandEnd) {
                pending.preauthHash?.update($0)
            }
        }
        switch pending.authenticator.step(message.securityBuffer) {
        case .continue(let token):
            SessionSetupResponse(securityBuffer: token).encode(to: &writer)
            if negotiation.dialect == .smb311 { request.afterReply = .hashSessionSetup(pending) }
            return .answeredWith(.moreProcessingRequired)
        case .refused(let refusal):
            connection.log.info("authentication refused", metadata: ["reason": "\(refusal)"])
            abandon(session, pending, connection)
            throw NTStatus(rawValue: refusal.status)
        case .accepted(let token, let identity, let key):
            let flags = try accept(
                request,
                session,
                pending,
                message,
                negotiation,
                identity: identity,
                key: key
            )
            SessionSetupResponse(flags: flags, securityBuffer: token).encode(to: &writer)
            return .answered
        }
    }

    /// The session that the request is about, and the exchange that it belongs to.
    private static func findOrBegin(
        _ request: Request,
        _ message: SessionSetupRequest,
        _ negotiation: Negotiation
    ) throws(NTStatus) -> (Session, PendingAuthentication) {
        let connection = request.connection
        guard let shard = connection.shard else { throw .insufficientResources }
        if request.header.sessionID == 0 {
            let session = connection.server.makeSession(on: shard, now: connection.reactor.now)
            guard connection.add(session) else {
                shard.end(session)
                throw .insufficientResources
            }
            return (session, begin(session, connection, isBinding: false))
        }
        if message.isBinding {
            return try findForBinding(request, shard, negotiation)
        }
        guard let session = connection.session(request.header.sessionID) else {
            connection.signRefusal(
                of: request,
                with: connection.refusalSigning(for: request.header.sessionID)
            )
            throw .userSessionDeleted
        }
        request.session = session
        if session.state == .valid { try connection.checkSignature(request) }
        if let pending = session.pendingAuthentication(on: connection) {
            return (session, pending)
        }
        return (session, begin(session, connection, isBinding: false))
    }

    /// MS-SMB2 3.3.5.5, the steps for SMB2_SESSION_FLAG_BINDING.
    private static func findForBinding(
        _ request: Request,
        _ shard: Shard,
        _ negotiation: Negotiation
    ) throws(NTStatus) -> (Session, PendingAuthentication) {
        let connection = request.connection
        let found = shard.session(request.header.sessionID)
        if let session = found, let pending = session.pendingAuthentication(on: connection),
            pending.isBinding
        {
            request.session = session
            try verifyBinding(request, session)
            return (session, pending)
        }
        if let session = connection.session(request.header.sessionID) {
            // The channel's own key is in force here by now.
            request.session = session
            try connection.checkSignature(request)
        }
        let refusal = SessionRules.refusesBinding(
            of: found.flatMap { bound($0, connection) },
            to: negotiation.ends,
            isSigned: request.header.flags.contains(.signed)
        )
        guard let session = found else { throw refusal ?? .userSessionDeleted }
        if let refusal {
            connection.signRefusal(of: request, with: session.signing)
            throw refusal
        }
        guard session.channels.count < connection.limits.channelsPerSessionMax else {
            connection.signRefusal(of: request, with: session.signing)
            throw .insufficientResources
        }
        request.session = session
        try verifyBinding(request, session)
        return (session, begin(session, connection, isBinding: true))
    }

    private static func bound(
        _ session: Session,
        _ connection: Connection
    ) -> SessionRules.Bound? {
        guard let origin = session.negotiation else { return nil }
        return SessionRules.Bound(
            origin: origin.ends,
            state: session.state,
            isUser: session.isAuthenticatedUser,
            isOnConnection: connection.session(session.sessionID) != nil
        )
    }

    /// A binding is signed with the session's own key, and so are the answers before the last.
    private static func verifyBinding(
        _ request: Request,
        _ session: Session
    ) throws(NTStatus) {
        guard let signing = session.signing, request.verifySignature(signing) else {
            throw .accessDenied
        }
        request.replySigning = signing
    }

    private static func begin(
        _ session: Session,
        _ connection: Connection,
        isBinding: Bool
    ) -> PendingAuthentication {
        let server = connection.server
        let pending = PendingAuthentication(
            connection: connection,
            authenticator: ServerAuthenticator(
                names: server.configuration.names,
                // A user may fall back to nobody without losing what is open.
                policy: AuthenticationPolicy(
                    allowsAnonymous: server.configuration.allowGuest
                        || (session.state == .valid && !isBinding),
                    allowsGuest: server.configuration.allowGuest
                ),
                accounts: server.configuration.accounts,
                challenge: SecureRandom.integer(UInt64.self),
                time: SystemClock.now()
            ),
            preauthHash: connection.negotiation?.dialect == .smb311 ? connection.preauthHash : nil,
            isBinding: isBinding
        )
        session.pendingAuthentications.append(pending)
        if isBinding { connection.beginBinding(session) }
        return pending
    }

    /// MS-SMB2 3.3.5.5.3: a refusal ends a session that was not yet valid, or was being proved
    /// again; a failed binding ends nothing but itself, and what only it kept.
    private static func abandon(
        _ session: Session,
        _ pending: PendingAuthentication,
        _ connection: Connection
    ) {
        session.pendingAuthentications.removeAll { $0 === pending }
        connection.endBinding(session)
        if !pending.isBinding || session.isUnreachable { connection.shard?.end(session) }
    }
}
