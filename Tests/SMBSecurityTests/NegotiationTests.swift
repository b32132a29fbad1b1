import Testing
import Wire

@testable import SMBSecurity

/// Tokens of SPNEGO as real peers send them, and as they must not be.
@Suite struct NegotiationTests {
    /// What Samba 4.17 offers in its NEGOTIATE response, and every Windows before it.
    static let offer = bytes(
        """
        604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa32a
        3028a0261b246e6f745f646566696e65645f696e5f5246433431373840706c65
        6173655f69676e6f7265
        """
    )

    @Test func offersWhatSambaOffers() throws {
        #expect(ServerAuthenticator.negotiateToken() == Self.offer)
        let read = try NegotiationInit(Self.offer)
        #expect(read.mechanisms == [.ntlm])
        #expect(read.hintName == NegotiationInit.hint)
        #expect(read.mechanismToken == nil)
    }

    @Test(arguments: [
        "smbclient", "smbprotocol-signed", "impacket-encrypted", "smbclient-anonymous",
    ])
    func readsAndWritesWhatPeersSend(name: String) throws {
        let session = try CapturedSession(name)
        let opening = try NegotiationInit(session.token(0))
        #expect(opening.mechanisms == [.ntlm])
        #expect(NTLMMessage.isBare(opening.mechanismToken ?? []))
        #expect(opening.encode() == session.token(0))
        for index in 1...3 {
            let response = try NegotiationResponse(session.token(index))
            #expect(response.encode() == session.token(index))
        }
    }

    @Test(arguments: [0, 1, 2, 3])
    func refusesEveryTruncation(index: Int) throws {
        let token = try CapturedSession("smbclient").token(index)
        for count in token.indices {
            let shortened = Array(token[..<count])
            #expect((try? NegotiationInit(shortened)) == nil)
            #expect((try? NegotiationResponse(shortened)) == nil)
        }
    }

    /// Lengths of peers that spend more bytes on them than DER allows.
    @Test func readsLongLengths() throws {
        let response = try NegotiationResponse(bytes("a1820009 30820005 a0030a0100"))
        #expect(response.state == .acceptCompleted)
    }

    @Test(arguments: [
        "a180300000", "a18500000000003000", "a1ff", "a1023080", "1f81003000",
        "a10730 05a003 0a0200",
        "a10a3007a0030a01000500ff",
    ])
    func refusesNonsense(text: String) {
        #expect(throws: DERReader.Malformed.self) { _ = try NegotiationResponse(bytes(text)) }
    }

    @Test func boundsTheMechanisms() throws {
        let most = NegotiationInit(
            mechanisms: [Mechanism](repeating: .ntlm, count: NegotiationInit.mechanismCountMax)
        )
        #expect(try NegotiationInit(most.encode()).mechanisms.count == most.mechanisms.count)
        let tooMany = NegotiationInit(mechanisms: most.mechanisms + [.ntlm])
        #expect(throws: DERReader.Malformed.self) {
            _ = try NegotiationInit(tooMany.encode())
        }
    }

    @Test func serverNeedsNTLMAmongTheOffers() {
        let kerberos = Mechanism(
            identifier: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02])
        var server = ServerAuthenticator(
            names: ServerNames(hostName: "vm"),
            policy: AuthenticationPolicy(allowsAnonymous: true, allowsGuest: true),
            accounts: FixtureAccounts(passwords: [:]),
            challenge: 1,
            time: .zero
        )
        let token = NegotiationInit(mechanisms: [kerberos]).encode()
        #expect(server.step(token) == .refused(.noCommonMechanism))
    }

    @Test(arguments: ["", "00", "4e544c4d53535000", "4e544c4d5353500003000000", "60020500"])
    func serverRefusesWhatIsNoToken(text: String) {
        var server = ServerAuthenticator(
            names: ServerNames(hostName: "vm"),
            policy: AuthenticationPolicy(allowsAnonymous: true, allowsGuest: true),
            accounts: FixtureAccounts(passwords: [:]),
            challenge: 1,
            time: .zero
        )
        #expect(server.step(bytes(text)) == .refused(.malformedToken))
        #expect(server.step(bytes(text)) == .refused(.unexpectedToken))
    }

    /// Real anonymous and guest logons, up to the server's challenge, which they do not depend on.
    @Test(arguments: [("smbclient-anonymous", Identity.Kind.guest), ("cifs-guest", .anonymous)])
    func knowsWhoProvesNothing(name: String, kind: Identity.Kind) throws {
        let session = try CapturedSession(name)
        func step(_ policy: AuthenticationPolicy) -> AuthenticationStep {
            var server = ServerAuthenticator(
                names: ServerNames(hostName: "vm"),
                policy: policy,
                accounts: FixtureAccounts(passwords: [:]),
                challenge: 1,
                time: .zero
            )
            _ = server.step(session.token(0))
            return server.step(session.token(2))
        }
        let open = AuthenticationPolicy(allowsAnonymous: true, allowsGuest: true)
        guard case .accepted(let token, let identity, _) = step(open) else {
            Issue.record("refused")
            return
        }
        #expect(identity.kind == kind)
        #expect(token == session.token(3))
        guard case .refused = step(AuthenticationPolicy()) else {
            Issue.record("let in")
            return
        }
    }
}
