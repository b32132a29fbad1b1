import SMBSecurity
import Wire

/// One user with a known password.
private struct OneAccount: AccountDirectory {
    func ntHash(user: String, domain: String) -> NTHash? {
        user == "user" ? NTHash(password: "password") : nil
    }
}

extension FuzzTarget {
    /// Tokens of a client, each behind its length in two bytes.
    static let serverAuthentication = FuzzTarget(name: "server-authentication") { bytes in
        var server = ServerAuthenticator(
            names: ServerNames(hostName: "penstock.example.org"),
            policy: AuthenticationPolicy(allowsAnonymous: true, allowsGuest: true),
            accounts: OneAccount(),
            challenge: 0x0123_4567_89AB_CDEF,
            time: .zero
        )
        for token in pieces(of: bytes[...], countMax: 8) {
            guard case .continue = server.step(token) else { return }
        }
    }

    /// Tokens of a server: in NEGOTIATE, with a challenge, and at the end.
    static let clientAuthentication = FuzzTarget(name: "client-authentication") { bytes in
        let tokens = pieces(of: bytes[...], countMax: 3)
        guard tokens.count == 3 else { return }
        var client = ClientAuthenticator(
            credentials: LogonCredentials(user: "user", password: "password"),
            targetName: "penstock",
            clientChallenge: 1,
            exportedSessionKey: [UInt8](repeating: 1, count: 16),
            time: .zero
        )
        guard (try? client.start(with: tokens[0])) != nil,
            (try? client.respond(to: tokens[1])) != nil
        else { return }
        try? client.finish(with: tokens[2])
    }

    /// A users file.
    static let accounts = FuzzTarget(name: "accounts") { bytes in
        _ = try? AccountList(parsing: String(decoding: bytes, as: UTF8.self))
    }
}
