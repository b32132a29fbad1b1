import Testing

@testable import SMBSecurity

@Suite struct PlacedDataTests {
    private let data = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    private func contexts(
        _ algorithm: CipherAlgorithm
    ) throws -> (client: CipherContext, server: CipherContext) {
        let first = [UInt8](repeating: 1, count: algorithm.keyCount)
        let second = [UInt8](repeating: 2, count: algorithm.keyCount)
        return (
            try CipherContext(algorithm: algorithm, sealingKey: first, openingKey: second),
            try CipherContext(algorithm: algorithm, sealingKey: second, openingKey: first)
        )
    }

    private func seal(_ bytes: inout [UInt8], _ cipher: CipherContext) throws -> PlacedDataTag {
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        return try cipher.sealPlaced(&raw)
    }

    private func open(_ bytes: inout [UInt8], _ cipher: CipherContext, _ tag: PlacedDataTag) -> Bool
    {
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        do {
            try cipher.openPlaced(&raw, tag: tag)
            return true
        } catch {
            return false
        }
    }

    @Test(arguments: CipherAlgorithm.allCases)
    func whatOneEndEncryptsTheOtherDecrypts(algorithm: CipherAlgorithm) throws {
        let (client, server) = try contexts(algorithm)
        var bytes = data
        let tag = try seal(&bytes, server)
        #expect(bytes != data)
        #expect(tag.signatureCount == 16)
        #expect(tag.nonceCount == (algorithm.isCCM ? 11 : 12))
        var changed = bytes
        changed[4999] ^= 1
        #expect(!open(&changed, client, tag))
        #expect(open(&bytes, client, tag))
        #expect(bytes == data)
    }

    @Test(arguments: [CipherAlgorithm.aes128GCM, .aes128CCM])
    func tagsOfOtherLengthsAreNotTried(algorithm: CipherAlgorithm) throws {
        let (client, server) = try contexts(algorithm)
        var bytes = data
        let tag = try seal(&bytes, client)
        var short = tag
        short.signatureCount = 8
        var other = tag
        other.nonceCount = algorithm.isCCM ? 12 : 11
        var first = bytes
        #expect(!open(&first, server, short))
        #expect(first == bytes)
        #expect(!open(&first, server, other))
        #expect(open(&bytes, server, tag))
    }

    @Test func messagesAndPlacedDataNeverShareANonce() throws {
        let (_, server) = try contexts(.aes128GCM)
        var nonces: Set<UInt128> = []
        for _ in 0..<4 {
            var bytes = data
            nonces.insert(try seal(&bytes, server).nonce)
            var head = [UInt8](repeating: 0, count: CipherContext.headerCount + 64)
            try server.seal(&head, sessionID: 1)
            var nonce: UInt128 = 0
            for index in 0..<16 { nonce |= UInt128(head[20 + index]) << UInt128(8 * index) }
            nonces.insert(nonce)
        }
        #expect(nonces.count == 8)
    }

    @Test func placedDataIsSignedUnderANonceThatNoMessageHas() throws {
        let context = try SigningContext(algorithm: .aes128GMAC, key: [UInt8](0..<16))
        let ofServer = unsafe context.signPlaced(data.span.bytes, messageID: 5, isServer: true)
        let ofClient = unsafe context.signPlaced(data.span.bytes, messageID: 5, isServer: false)
        #expect(ofServer.nonce == UInt128(5) | UInt128(5) << 64)
        #expect(ofClient.nonce == UInt128(5) | UInt128(4) << 64)
        #expect(ofServer.nonceCount == 12)
        #expect(ofServer.signature != ofClient.signature)
        #expect(context.verifiesPlaced(data, ofServer))
        var changed = data
        changed[0] ^= 0x80
        #expect(!context.verifiesPlaced(changed, ofServer))
        var other = ofServer
        other.nonce ^= 1
        #expect(!context.verifiesPlaced(data, other))
        other = ofServer
        other.signatureCount = 4
        #expect(!context.verifiesPlaced(data, other))
    }

    /// RFC 4543 has GCM with the data as additional data and nothing encrypted.
    @Test func theSignatureIsGMACOverTheDataAlone() throws {
        let key = [UInt8](0..<16)
        let context = try SigningContext(algorithm: .aes128GMAC, key: key)
        let made = unsafe context.signPlaced(data.span.bytes, messageID: 9, isServer: true)
        let gcm = try AEADContext(algorithm: .aes128GCM, key: key, isSealing: true)
        let nonce: [UInt8] = [9, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0]
        var nothing: [UInt8] = []
        let expected = unsafe gcm.sealing(&nothing, split: 0, nonce, data)
        #expect(made.signature == expected)
    }

    @Test(arguments: [SigningAlgorithm.aes128CMAC, .hmacSHA256])
    func withoutANonceNothingIsSigned(algorithm: SigningAlgorithm) throws {
        let context = try SigningContext(algorithm: algorithm, key: [UInt8](0..<16))
        #expect(!context.signsPlacedData)
        let tag = PlacedDataTag(signature: 0, nonce: 0, nonceCount: 0)
        #expect(!context.verifiesPlaced(data, tag))
    }
}
