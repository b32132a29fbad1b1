import SMBSecurity

/// A session's use of one connection (MS-SMB2 3.3.1.14).
final class Channel {
    unowned let connection: Connection
    /// `nil` for sessions without a key.
    let signing: SigningContext?

    init(connection: Connection, signing: SigningContext?) {
        self.connection = connection
        self.signing = signing
    }
}
