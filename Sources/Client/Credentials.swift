/// Who the user is to the server.
public struct Credentials: Hashable, Sendable {
    public var domain: String
    public var user: String
    public var password: String

    public init(domain: String = "", user: String, password: String) {
        self.domain = domain
        self.user = user
        self.password = password
    }

    /// No user at all: what a server that allows it calls anonymous.
    public static let anonymous = Credentials(user: "", password: "")

    public var isAnonymous: Bool { user.isEmpty && password.isEmpty }
}

extension Credentials: CustomStringConvertible {
    /// Never shows the password, so that no log can hold it.
    public var description: String { domain.isEmpty ? user : "\(domain)\\\(user)" }
}
