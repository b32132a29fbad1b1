/// How a client proves who it is.
public struct LogonCredentials: Hashable, Sendable {
    public enum Secret: Hashable, Sendable {
        case password(String)
        case hash(NTHash)
        /// No user, no secret: an anonymous session.
        case none
    }

    public var user: String
    public var domain: String
    public var secret: Secret

    public static let anonymous = LogonCredentials(user: "", domain: "", secret: .none)

    public init(user: String, domain: String = "", secret: Secret) {
        self.user = user
        self.domain = domain
        self.secret = secret
    }

    public init(user: String, domain: String = "", password: String) {
        self.init(user: user, domain: domain, secret: .password(password))
    }

    var ntHash: NTHash? {
        switch secret {
        case .password(let password): NTHash(password: password)
        case .hash(let hash): hash
        case .none: nil
        }
    }
}
