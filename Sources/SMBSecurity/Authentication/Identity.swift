/// Who authenticated, as far as the mechanism can tell.
public struct Identity: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// Proved to know the password of an account.
        case user
        /// Nobody known, let in under the guest policy; signing and sealing are impossible.
        case guest
        /// Asked to be nobody; signing and sealing are impossible.
        case anonymous
    }

    public var kind: Kind
    public var user: String
    public var domain: String
    /// What the client calls itself; for logs only.
    public var workstation: String

    public init(kind: Kind, user: String, domain: String, workstation: String) {
        self.kind = kind
        self.user = user
        self.domain = domain
        self.workstation = workstation
    }
}
