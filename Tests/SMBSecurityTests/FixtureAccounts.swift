import SMBSecurity

/// Accounts of a test: user names, in upper case, with their passwords.
struct FixtureAccounts: AccountDirectory {
    var passwords: [String: String]

    func ntHash(user: String, domain: String) -> NTHash? {
        passwords[user.uppercased()].map { NTHash(password: $0) }
    }
}
