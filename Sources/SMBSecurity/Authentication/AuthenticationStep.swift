/// What a server does after a client's token.
public enum AuthenticationStep: Hashable, Sendable {
    /// STATUS_MORE_PROCESSING_REQUIRED with this security buffer.
    case `continue`(token: [UInt8])
    /// STATUS_SUCCESS with this security buffer. The key holds sixteen bytes; for guests and
    /// anonymous sessions it protects nothing.
    case accepted(token: [UInt8], identity: Identity, sessionKey: [UInt8])
    case refused(AuthenticationRefusal)
}
