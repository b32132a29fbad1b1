import SMBSecurity

/// A SESSION_SETUP exchange that has begun on a connection and needs another round.
final class PendingAuthentication {
    unowned let connection: Connection
    var authenticator: ServerAuthenticator
    /// MS-SMB2 3.3.5.5: the hash of this exchange, starting from the connection's.
    var preauthHash: PreauthHash?
    /// A channel is being added to a valid session (MS-SMB2 3.3.5.5.2).
    let isBinding: Bool

    init(
        connection: Connection,
        authenticator: ServerAuthenticator,
        preauthHash: PreauthHash?,
        isBinding: Bool
    ) {
        self.connection = connection
        self.authenticator = authenticator
        self.preauthHash = preauthHash
        self.isBinding = isBinding
    }
}
