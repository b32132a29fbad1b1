import Testing
import Wire

@testable import SMBMessages

@Suite struct NegotiateTests {
    private func request(_ name: String) throws -> NegotiateRequest {
        try GoldenVector.read(try GoldenVector(name).bytes) { reader throws(WireError) in
            try NegotiateRequest(from: &reader)
        }
    }

    @Test func readsWhatTheKernelOffers() throws {
        let request = try request("Negotiate/request-cifs")
        #expect(request.dialects == [.smb311])
        #expect(request.securityMode == .signingEnabled)
        #expect(request.contexts.contains(.posix(NegotiateContext.posixVersion)))
        #expect(
            request.contexts.contains(.encryption([.aes128GCM, .aes256GCM, .aes128CCM]))
        )
    }

    @Test func readsWhatSmbclientOffers() throws {
        let request = try request("Negotiate/request-smbclient")
        #expect(request.dialects == [.smb202, .smb210, .smb300, .smb302, .smb311])
        #expect(
            request.contexts.contains(.signing([.aesGMAC, .aesCMAC, .hmacSHA256]))
        )
        guard case .preauthIntegrity(let hashes, let salt) = request.contexts.first else {
            Issue.record("no preauthentication integrity context")
            return
        }
        #expect(hashes == [.sha512])
        #expect(salt.count == 32)
    }

    @Test func readsWhatSmbprotocolDemands() throws {
        let request = try request("Negotiate/request-smbprotocol")
        #expect(request.securityMode.contains(.signingRequired))
    }

    @Test(arguments: ["impacket", "nmap"])
    func readsTheGreetingOfOldClients(peer: String) throws {
        let bytes = try GoldenVector("Negotiate/request-smb1-\(peer)").bytes
        let message = try withReader(over: bytes) { reader throws(WireError) in
            try MultiProtocolNegotiate(from: &reader)
        }
        #expect(message.dialectNames.contains("NT LM 0.12"))
        let copy = encoded { message.encode(to: &$0) }
        let again = try withReader(over: copy) { reader throws(WireError) in
            try MultiProtocolNegotiate(from: &reader)
        }
        #expect(again == message)
        for count in 0..<bytes.count {
            #expect(throws: WireError.self) {
                try withReader(over: Array(bytes.prefix(count))) { reader throws(WireError) in
                    _ = try MultiProtocolNegotiate(from: &reader)
                }
            }
        }
    }

    @Test func knowsWhatAnOldGreetingOffers() {
        let both = [MultiProtocolNegotiate.smb202Name, MultiProtocolNegotiate.wildcardName]
        #expect(MultiProtocolNegotiate(dialectNames: both).offeredDialect == .wildcard)
        #expect(MultiProtocolNegotiate(dialectNames: ["SMB 2.002"]).offeredDialect == .smb202)
        #expect(MultiProtocolNegotiate(dialectNames: ["NT LM 0.12"]).offeredDialect == nil)
    }

    @Test func keepsEveryContext() throws {
        let message = NegotiateRequest(
            dialects: [.smb311],
            securityMode: [.signingEnabled, .signingRequired],
            capabilities: [.largeMTU, .multiChannel],
            clientGUID: GUID(rawValue: 77),
            contexts: [
                .preauthIntegrity(hashes: [.sha512], salt: [1, 2, 3]),
                .encryption([.aes128GCM]),
                .compression([.lz77, .patternV1], isChained: true),
                .netName("server"),
                .transport(.acceptTransportSecurity),
                .rdmaTransform([.encryption, .signing]),
                .signing([.aesGMAC]),
                .posix(NegotiateContext.posixVersion),
                .unknown(type: 0xABCD, data: [9]),
            ]
        )
        try expectRoundTrip(
            message,
            encode: { $0.encode(to: &$1) },
            decode: { reader throws(WireError) in try NegotiateRequest(from: &reader) }
        )
    }

    @Test func refusesAContextThatCountsTooMuch() {
        // Two hash algorithms announced, one there.
        let context = NegotiateContext.unknown(type: 1, data: [2, 0, 0, 0, 1, 0])
        let message = NegotiateRequest(
            dialects: [.smb311],
            securityMode: [],
            capabilities: [],
            clientGUID: .zero,
            contexts: [context]
        )
        let bytes = [UInt8](repeating: 0, count: 64) + encodedBody { message.encode(to: &$0) }
        #expect(throws: WireError.self) {
            _ = try GoldenVector.read(bytes) { reader throws(WireError) in
                try NegotiateRequest(from: &reader)
            }
        }
    }
}
