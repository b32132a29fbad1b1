import Testing
import Wire

@testable import SMBSecurity

/// Sessions of foreign clients with a foreign server, whose password is known: our proofs, keys,
/// signatures and ciphers must find what theirs made.
@Suite struct CapturedSessionTests {
    static let password = "pw"

    @Test(arguments: [
        "smbclient", "smbprotocol-signed", "smbprotocol-encrypted", "impacket-encrypted", "cifs",
        "smbclient-256-gcm", "smbclient-256-ccm",
    ])
    func verifiesTheProof(name: String) throws {
        let session = try CapturedSession(name)
        #expect(try session.ntlmSession(password: "PW") == nil)
        let ntlm = try #require(try session.ntlmSession(password: Self.password))
        guard let opening = try? NegotiationInit(session.token(0)) else { return }
        if let mic = try NegotiationResponse(session.token(2)).mechanismListMIC {
            #expect(mic == ntlm.signature(of: opening.encodedMechanisms, by: .client))
        }
        if let mic = try NegotiationResponse(session.token(3)).mechanismListMIC {
            #expect(mic == ntlm.signature(of: opening.encodedMechanisms, by: .server))
        }
    }

    @Test(arguments: [
        ("smbclient", SigningAlgorithm.aes128GMAC, CipherAlgorithm.aes128GCM, 3),
        ("smbprotocol-signed", .aes128GMAC, .aes128GCM, 7),
        ("smbprotocol-encrypted", .aes128GMAC, .aes128GCM, 1),
        ("smbclient-256-gcm", .aes128GMAC, .aes256GCM, 1),
        ("smbclient-256-ccm", .aes128GMAC, .aes256CCM, 1),
        ("impacket-encrypted", .aes128CMAC, .aes128CCM, 1),
        ("cifs", .aes128CMAC, .aes128GCM, 5),
    ])
    func verifiesEverySignature(
        name: String,
        algorithm: SigningAlgorithm,
        cipher: CipherAlgorithm,
        count: Int
    ) throws {
        let session = try CapturedSession(name)
        let ntlm = try #require(try session.ntlmSession(password: Self.password))
        let keys = SessionKeys(
            authenticationKey: ntlm.key,
            preauthHash: session.preauthHash,
            cipher: cipher
        )
        let signing = try SigningContext(algorithm: algorithm, key: keys.signing)
        let signed = session.messages.filter {
            $0.bytes[0] == 0xFE && $0.bytes[16] & 0x08 != 0
        }
        #expect(signed.count == count)
        for message in signed {
            var copy = message.bytes
            for range in message.commands {
                #expect(signing.verifies(Array(message.bytes[range])))
                let field = range.lowerBound + 48..<range.lowerBound + 64
                copy.replaceSubrange(field, with: repeatElement(0xEE, count: 16))
                copy[range.lowerBound + 16] &= ~0x08
                signing.sign(&copy, in: range)
            }
            #expect(copy == message.bytes)
        }
    }

    @Test(arguments: [
        ("smbprotocol-encrypted", CipherAlgorithm.aes128GCM),
        ("impacket-encrypted", .aes128CCM),
        ("smbclient-256-gcm", .aes256GCM),
        ("smbclient-256-ccm", .aes256CCM),
    ])
    func opensEveryMessage(name: String, algorithm: CipherAlgorithm) throws {
        let session = try CapturedSession(name)
        let ntlm = try #require(try session.ntlmSession(password: Self.password))
        let keys = SessionKeys(
            authenticationKey: ntlm.key,
            preauthHash: session.preauthHash,
            cipher: algorithm
        )
        let client = try CipherContext(
            algorithm: algorithm,
            sealingKey: keys.clientToServer,
            openingKey: keys.serverToClient
        )
        let server = try CipherContext(
            algorithm: algorithm,
            sealingKey: keys.serverToClient,
            openingKey: keys.clientToServer
        )
        let sealed = session.messages.filter { $0.bytes[0] == 0xFD }
        #expect(sealed.count == 4)
        for message in sealed {
            let receiver = message.isFromClient ? server : client
            let plain = try #require(receiver.opened(message.bytes))
            #expect(plain.prefix(4) == [0xFE, 0x53, 0x4D, 0x42])
            let sender = message.isFromClient ? client : server
            #expect(sender.opened(message.bytes) == nil)
        }
    }
}
