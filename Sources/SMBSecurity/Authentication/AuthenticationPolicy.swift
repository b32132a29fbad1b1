/// Whom a server lets in besides those who prove a password; nobody by default.
public struct AuthenticationPolicy: Hashable, Sendable {
    public var allowsAnonymous: Bool
    /// Whether an unknown user becomes the guest. A wrong password of a known user never does.
    public var allowsGuest: Bool

    public init(allowsAnonymous: Bool = false, allowsGuest: Bool = false) {
        self.allowsAnonymous = allowsAnonymous
        self.allowsGuest = allowsGuest
    }
}
