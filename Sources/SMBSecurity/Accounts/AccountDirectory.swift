/// Where a server looks up the password hashes of its users.
public protocol AccountDirectory: Sendable {
    /// The NT hash of a user's password, or nil for nobody of that name.
    ///
    /// Both names are as the client sent them; the answer is given at once, without blocking.
    func ntHash(user: String, domain: String) -> NTHash?
}
