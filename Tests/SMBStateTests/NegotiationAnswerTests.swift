import SMBMessages
import SMBState
import Testing
import Wire

private let preauth = NegotiateContext.preauthIntegrity(hashes: [.sha512], salt: [1])
private let posix = NegotiateContext.posix(NegotiateContext.posixVersion)

private let request = NegotiateRequest(
    dialects: [.smb210, .smb302, .smb311],
    securityMode: .signingEnabled,
    capabilities: [.encryption],
    clientGUID: GUID(rawValue: 1),
    contexts: [
        preauth, .encryption([.aes128GCM, .aes128CCM]), .signing([.aesGMAC, .aesCMAC]), posix,
    ]
)

private func response(
    _ dialect: Dialect,
    _ contexts: [NegotiateContext] = [],
    capabilities: Capabilities = [.largeMTU],
    size: UInt32 = 65536
) -> NegotiateResponse {
    NegotiateResponse(
        securityMode: [.signingEnabled, .signingRequired],
        dialect: dialect,
        serverGUID: GUID(rawValue: 2),
        capabilities: capabilities,
        maxTransactSize: size,
        maxReadSize: 1 << 20,
        maxWriteSize: 1 << 20,
        systemTime: .zero,
        securityBuffer: [],
        contexts: contexts
    )
}

private func violation(_ response: NegotiateResponse) -> NegotiationAnswer.Violation? {
    do {
        _ = try NegotiationAnswer(response, to: request)
        return nil
    } catch {
        return error
    }
}

@Suite struct NegotiationAnswerTests {
    @Test func takesWhatTheServerChose() throws {
        let answer = try NegotiationAnswer(
            response(.smb311, [preauth, .encryption([.aes128GCM]), .signing([.aesGMAC]), posix]),
            to: request
        )
        #expect(answer.cipher == .aes128GCM)
        #expect(answer.signing == .aesGMAC)
        #expect(answer.hasPOSIXExtensions)
        #expect(answer.requiresSigning)
    }

    @Test func oldDialectsHaveFixedAlgorithms() throws {
        let old = try NegotiationAnswer(response(.smb210), to: request)
        #expect(old.signing == .hmacSHA256)
        #expect(old.cipher == .none)
        let plain = try NegotiationAnswer(response(.smb302), to: request)
        #expect(plain.signing == .aesCMAC)
        #expect(plain.cipher == .none)
        let sealed = try NegotiationAnswer(
            response(.smb302, capabilities: [.encryption]),
            to: request
        )
        #expect(sealed.cipher == .aes128CCM)
    }

    @Test func withoutASigningContextItIsCMAC() throws {
        let answer = try NegotiationAnswer(response(.smb311, [preauth]), to: request)
        #expect(answer.signing == .aesCMAC)
        #expect(answer.cipher == .none)
        let none = try NegotiationAnswer(
            response(.smb311, [preauth, .encryption([.none])]),
            to: request
        )
        #expect(none.cipher == .none)
    }

    @Test(
        arguments: [
            (response(.smb300), .dialectNotOffered(.smb300)),
            (response(.smb210, size: 65535), .sizeTooSmall(65535)),
            (response(.smb311), .noPreauthIntegrity),
            (response(.smb311, [.preauthIntegrity(hashes: [], salt: [])]), .noPreauthIntegrity),
            (
                response(.smb311, [.preauthIntegrity(hashes: [.sha512, .sha512], salt: [])]),
                .noPreauthIntegrity
            ),
            (response(.smb311, [preauth, preauth]), .contextRepeated(type: 1)),
            (
                response(.smb311, [preauth, .encryption([.aes256GCM])]),
                .algorithmNotOffered(type: 2)
            ),
            (
                response(.smb311, [preauth, .encryption([.aes128GCM, .aes128CCM])]),
                .algorithmNotOffered(type: 2)
            ),
            (response(.smb311, [preauth, .signing([.hmacSHA256])]), .algorithmNotOffered(type: 8)),
            (
                response(.smb311, [preauth, .compression([.lz77], isChained: false)]),
                .contextNotOffered(type: 3)
            ),
        ] as [(NegotiateResponse, NegotiationAnswer.Violation)]
    )
    func refusesWhatWasNotAgreed(
        response: NegotiateResponse,
        expected: NegotiationAnswer.Violation
    ) {
        #expect(violation(response) == expected)
    }
}
