import Testing
import Wire

@testable import SMBSecurity

/// MS-NLMP 4.2.4: the published example of NTLMv2.
@Suite struct NTLMVectorTests {
    let serverChallenge = UInt64(littleEndian: 0xEFCD_AB89_6745_2301)
    let clientChallenge: UInt64 = 0xAAAA_AAAA_AAAA_AAAA
    let randomSessionKey = [UInt8](repeating: 0x55, count: 16)
    let flags = NTLMFlags(rawValue: 0xE28A_8233)

    var responseKey: [UInt8] {
        NTLMv2Response.responseKey(
            hash: NTHash(password: "Password"),
            user: "User",
            domain: "Domain"
        )
    }

    var targetInfo: AVPairs {
        var info = AVPairs()
        info.set(.netBIOSDomain, text: "Domain")
        info.set(.netBIOSName, text: "Server")
        return info
    }

    var response: NTLMv2Response {
        NTLMv2Response(
            responseKey: responseKey,
            serverChallenge: serverChallenge,
            clientChallenge: clientChallenge,
            time: .zero,
            targetInfo: targetInfo
        )
    }

    @Test func makesTheResponseKey() {
        #expect(hex(responseKey) == "0c868a403bfd7a93a3001ef22ef02e3f")
    }

    @Test func makesTheProof() {
        #expect(hex(response.proof) == "68cd0ab851e51c96aabc927bebef6a1c")
        #expect(
            hex(response.blob) == """
                01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d006100\
                69006e0001000c005300650072007600650072000000000000000000
                """
        )
        #expect(
            hex(response.sessionBaseKey(responseKey: responseKey))
                == "8de40ccadbc14a82f15cb0ad0de95ca3"
        )
    }

    @Test func wrapsTheSessionKey() {
        var stream = RC4(key: response.sessionBaseKey(responseKey: responseKey))
        #expect(hex(stream.apply(to: randomSessionKey)) == "c5dad2544fc9799094ce1ce90bc9d03e")
    }

    @Test func derivesTheClientsKeys() {
        let session = NTLMSession(key: randomSessionKey, flags: flags)
        #expect(hex(session.signingKey(of: .client)) == "4788dc861b4782f35d43fd98fe1a2d39")
        #expect(hex(session.sealingKey(of: .client)) == "59f600973cc4960a25480a7c196e4c58")
    }

    /// MS-NLMP 4.2.4.4 seals "Plaintext" first, so its checksum meets a later part of the stream.
    @Test func signsAsPublished() {
        let session = NTLMSession(key: randomSessionKey, flags: flags)
        let text = UTF16LittleEndian.bytes(of: "Plaintext")
        var stream = RC4(key: session.sealingKey(of: .client))
        #expect(hex(stream.apply(to: text)) == "54e50165bf1936dc996020c1811b0f06fb5f")
        let digest = Digest.hmacMD5(
            key: session.signingKey(of: .client),
            [0, 0, 0, 0] + text
        )
        #expect(hex(stream.apply(to: Array(digest.prefix(8)))) == "7fb38ec5c55d4976")
        let signature = session.signature(of: text, by: .client)
        var fresh = RC4(key: session.sealingKey(of: .client))
        #expect(signature.prefix(4) == [1, 0, 0, 0])
        #expect(fresh.apply(to: Array(signature[4..<12])) == Array(digest.prefix(8)))
    }

    @Test func readsTheChallenge() throws {
        let message = try withReader(over: Self.challenge) { reader throws(WireError) in
            try NTLMChallengeMessage(from: &reader)
        }
        #expect(message.challenge == serverChallenge)
        #expect(message.targetName == "Server")
        #expect(message.targetInfo == targetInfo)
        #expect(message.flags == flags)
    }

    @Test func readsTheAuthenticateMessage() throws {
        let message = try withReader(over: Self.authenticate) { reader throws(WireError) in
            try NTLMAuthenticateMessage(from: &reader)
        }
        #expect(message.user == "User")
        #expect(message.domain == "Domain")
        #expect(message.workstation == "COMPUTER")
        #expect(message.ntResponse == response.bytes)
        #expect(hex(message.encryptedSessionKey) == "c5dad2544fc9799094ce1ce90bc9d03e")
    }

    @Test(arguments: [Self.challenge, Self.authenticate])
    func refusesEveryTruncation(token: [UInt8]) {
        for count in 0..<token.count {
            let shortened = Array(token.prefix(count))
            #expect(throws: WireError.self) {
                try withReader(over: shortened) { reader throws(WireError) in
                    if token == Self.challenge {
                        _ = try NTLMChallengeMessage(from: &reader)
                    } else {
                        _ = try NTLMAuthenticateMessage(from: &reader)
                    }
                }
            }
        }
    }

    static let challenge = bytes(
        """
        4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef
        00000000000000002400240044000000060070170000000f5300650072007600
        6500720002000c0044006f006d00610069006e0001000c005300650072007600
        6500720000000000
        """
    )

    static let authenticate = bytes(
        """
        4e544c4d5353500003000000180018006c00000054005400840000000c000c00
        480000000800080054000000100010005c00000010001000d8000000358288e2
        0501280a0000000f44006f006d00610069006e00550073006500720043004f00
        4d0050005500540045005200 86c35097ac9cec102554764a57cccc19aaaaaaaa
        aaaaaaaa68cd0ab851e51c96aabc927bebef6a1c010100000000000000000000
        00000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e00
        01000c005300650072007600650072000000000000000000c5dad2544fc97990
        94ce1ce90bc9d03e
        """
    )
}
