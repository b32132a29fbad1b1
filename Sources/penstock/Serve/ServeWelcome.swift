import SMBSecurity

/// The user of a server that was started without users, and how to be that user.
struct ServeWelcome {
    /// Letters and digits that nobody takes for one another.
    private static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")

    let user = "penstock"
    let password: String

    init() {
        password = String(
            (0..<16).map { _ in
                Self.alphabet[Int(SecureRandom.integer(UInt32.self)) % Self.alphabet.count]
            }
        )
    }

    /// Tells a person, on standard error, the very commands that reach the shares.
    func print(shares: [ShareSpecification], port: UInt16) {
        var text = """

            One-time password of this run: user \(user), password \(password)

            """
        for share in shares {
            let location = "smb://\(user)@localhost:\(port)/\(share.name)"
            let options = "port=\(port),vers=3.1.1,username=\(user),password=\(password)"
            text += """

                  PENSTOCK_PASSWORD=\(password) penstock ls \(location)
                  PENSTOCK_PASSWORD=\(password) penstock get \(location) .
                  smbclient //localhost/\(share.name) -p \(port) -U \(user)%\(password)
                  mount -t cifs //localhost/\(share.name) /mnt -o \(options)

                """
        }
        StandardError.write(text + "\n")
    }
}
