import Testing
import Wire

@testable import SMBSecurity

/// Our client against our server, and what happens when somebody changes a token on the way.
@Suite struct AuthenticationTests {
    static let time = FileTime(rawValue: 0x01DD_7B3A_0000_0000)

    func server(policy: AuthenticationPolicy = AuthenticationPolicy()) -> ServerAuthenticator {
        ServerAuthenticator(
            names: ServerNames(hostName: "vm.example.org"),
            policy: policy,
            accounts: FixtureAccounts(passwords: ["TESTER": "Sésame"]),
            challenge: 0x1122_3344_5566_7788,
            time: Self.time
        )
    }

    func client(_ credentials: LogonCredentials) -> ClientAuthenticator {
        ClientAuthenticator(
            credentials: credentials,
            targetName: "vm",
            clientChallenge: 0x0102_0304_0506_0708,
            exportedSessionKey: [UInt8](0x40..<0x50),
            time: .zero
        )
    }

    /// Runs an exchange up to the server's last step; `change` may alter each token of the client.
    func exchange(
        _ client: inout ClientAuthenticator,
        _ server: inout ServerAuthenticator,
        changing change: (_ index: Int, _ token: inout [UInt8]) -> Void = { _, _ in }
    ) throws -> AuthenticationStep {
        var token = try client.start(with: ServerAuthenticator.negotiateToken())
        change(0, &token)
        let first = server.step(token)
        guard case .continue(let challenge) = first else { return first }
        token = try client.respond(to: challenge)
        change(1, &token)
        return server.step(token)
    }

    @Test(arguments: ["tester", "TESTER", "Tester"], ["", "WORKGROUP", "élan"])
    func admitsWhoKnowsThePassword(user: String, domain: String) throws {
        var client = client(LogonCredentials(user: user, domain: domain, password: "Sésame"))
        var server = server()
        let step = try exchange(&client, &server)
        guard case .accepted(let token, let identity, let key) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(identity.kind == .user)
        #expect(identity.user == user)
        #expect(identity.domain == domain)
        #expect(key == [UInt8](0x40..<0x50))
        #expect(client.sessionKey == key)
        try client.finish(with: token)
    }

    @Test func admitsWithTheHashAlone() throws {
        let hash = NTHash(password: "Sésame")
        var client = client(LogonCredentials(user: "tester", secret: .hash(hash)))
        var server = server()
        guard case .accepted = try exchange(&client, &server) else {
            Issue.record("refused")
            return
        }
    }

    @Test(arguments: [
        LogonCredentials(user: "tester", password: "sésame"),
        LogonCredentials(user: "tester", password: ""),
        LogonCredentials(user: "nobody", password: "Sésame"),
    ])
    func refusesWhoDoesNot(credentials: LogonCredentials) throws {
        var client = client(credentials)
        var server = server()
        #expect(try exchange(&client, &server) == .refused(.logonFailure))
        #expect(server.step([]) == .refused(.unexpectedToken))
    }

    @Test func anonymousNeedsThePolicy() throws {
        var client = client(.anonymous)
        var server = server()
        #expect(try exchange(&client, &server) == .refused(.anonymousDenied))

        client = self.client(.anonymous)
        server = self.server(policy: AuthenticationPolicy(allowsAnonymous: true))
        guard case .accepted(let token, let identity, _) = try exchange(&client, &server) else {
            Issue.record("refused")
            return
        }
        #expect(identity.kind == .anonymous)
        try client.finish(with: token)
    }

    @Test func guestNeedsThePolicyAndAnUnknownName() throws {
        let policy = AuthenticationPolicy(allowsGuest: true)
        var client = client(LogonCredentials(user: "nobody", password: "anything"))
        var server = server(policy: policy)
        guard case .accepted(let token, let identity, _) = try exchange(&client, &server) else {
            Issue.record("refused")
            return
        }
        #expect(identity.kind == .guest)
        try client.finish(with: token)

        client = self.client(LogonCredentials(user: "tester", password: "wrong"))
        server = self.server(policy: policy)
        #expect(try exchange(&client, &server) == .refused(.logonFailure))
    }

    /// The MIC covers all three messages, so one changed bit of the flags ends the exchange.
    @Test func noticesAChangedNegotiateMessage() throws {
        var client = client(LogonCredentials(user: "tester", password: "Sésame"))
        var server = server()
        let step = try exchange(&client, &server) { index, token in
            if index == 0 { token[token.count - 40 + 15] ^= 0x80 }  // NTLMSSP_NEGOTIATE_56
        }
        #expect(step == .refused(.tampered))
    }

    /// No byte of the proof, its key or its MICs can change unnoticed.
    @Test func noticesEveryChangedByteOfTheProof() throws {
        var reference = client(LogonCredentials(user: "tester", password: "Sésame"))
        var referenceServer = server()
        var proof: [UInt8] = []
        _ = try exchange(&reference, &referenceServer) { index, token in
            if index == 1 { proof = token }
        }
        for position in proof.indices {
            var client = client(LogonCredentials(user: "tester", password: "Sésame"))
            var server = server()
            let step = try exchange(&client, &server) { index, token in
                if index == 1 { token[position] ^= 0x01 }
            }
            guard case .refused = step else {
                Issue.record("byte \(position) of \(proof.count) changed unnoticed: \(step)")
                return
            }
        }
    }

    @Test func clientNoticesAChangedEnd() throws {
        var client = client(LogonCredentials(user: "tester", password: "Sésame"))
        var server = server()
        guard case .accepted(var token, _, _) = try exchange(&client, &server) else {
            Issue.record("refused")
            return
        }
        token[token.count - 5] ^= 1
        #expect(throws: AuthenticationRefusal.tampered) { try client.finish(with: token) }
    }

    @Test func requestsAMICWhenNTLMIsNotTheFavourite() throws {
        let kerberos = Mechanism(
            identifier: [0x2A, 0x86, 0x48, 0x82, 0xF7, 0x12, 0x01, 0x02, 0x02])
        let offer = NegotiationInit(
            mechanisms: [kerberos, .ntlm],
            mechanismToken: [0x60, 0x01, 0x00]
        )
        var server = server()
        guard case .continue(let first) = server.step(offer.encode()) else {
            Issue.record("refused")
            return
        }
        #expect(
            try NegotiationResponse(first)
                == NegotiationResponse(state: .requestMIC, mechanism: .ntlm)
        )
        var client = NTLMClient(
            credentials: LogonCredentials(user: "tester", password: "Sésame"),
            targetName: "vm",
            clientChallenge: 1,
            exportedSessionKey: [UInt8](repeating: 7, count: 16),
            time: .zero
        )
        let negotiate = NegotiationResponse(token: client.start())
        guard case .continue(let second) = server.step(negotiate.encode()) else {
            Issue.record("refused")
            return
        }
        let challenge = try #require(try NegotiationResponse(second).token)
        let (proof, session) = try client.respond(to: challenge)
        let mic = session.signature(of: offer.encodedMechanisms, by: .client)
        let last = NegotiationResponse(token: proof, mechanismListMIC: mic)
        guard case .accepted(let end, _, let key) = server.step(last.encode()) else {
            Issue.record("refused")
            return
        }
        #expect(key == session.key)
        #expect(
            try NegotiationResponse(end).mechanismListMIC
                == session.signature(of: offer.encodedMechanisms, by: .server)
        )
    }

    @Test func speaksBareNTLM() throws {
        var server = server()
        var client = NTLMClient(
            credentials: LogonCredentials(user: "tester", password: "Sésame"),
            targetName: "vm",
            clientChallenge: 1,
            exportedSessionKey: [UInt8](repeating: 7, count: 16),
            time: .zero
        )
        guard case .continue(let challenge) = server.step(client.start()) else {
            Issue.record("refused")
            return
        }
        let (proof, session) = try client.respond(to: challenge)
        guard case .accepted(let token, _, let key) = server.step(proof) else {
            Issue.record("refused")
            return
        }
        #expect(token.isEmpty)
        #expect(key == session.key)
    }
}
