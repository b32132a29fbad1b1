import Testing

@testable import SMBSecurity

@Suite struct CipherContextTests {
    /// The GCM specification's test cases 4 and 16 (McGrew and Viega, appendix B).
    @Test(arguments: [
        (
            CipherAlgorithm.aes128GCM, "feffe9928665731c6d6a8f9467308308",
            """
            42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e
            21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091
            """,
            "5bc94fbc3221a5db94fae95ae7121a47"
        ),
        (
            .aes256GCM, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            """
            522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
            8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
            """,
            "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ])
    func gcmAsPublished(
        algorithm: CipherAlgorithm,
        key: String,
        sealed: String,
        tag: String
    ) throws {
        let plain = bytes(
            """
            d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
            1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
            """
        )
        let additional = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
        let nonce = bytes("cafebabefacedbaddecaf888")
        let sealer = try AEADContext(algorithm: algorithm, key: bytes(key), isSealing: true)
        let opener = try AEADContext(algorithm: algorithm, key: bytes(key), isSealing: false)
        for split in [0, 1, 16, 60] {
            var message = plain
            let made = unsafe sealer.sealing(&message, split: split, nonce, additional)
            #expect(message == bytes(sealed))
            #expect(hex(littleEndianBytes(made)) == tag)
            let isGenuine = unsafe opener.opening(
                &message,
                split: split,
                nonce,
                additional,
                tag: made
            )
            #expect(isGenuine)
            #expect(message == plain)
        }
    }

    func contexts(
        _ algorithm: CipherAlgorithm,
        firstNonce: UInt64 = 0
    ) throws -> (client: CipherContext, server: CipherContext) {
        let first = [UInt8](repeating: 1, count: algorithm.keyCount)
        let second = [UInt8](repeating: 2, count: algorithm.keyCount)
        return (
            try CipherContext(
                algorithm: algorithm,
                sealingKey: first,
                openingKey: second,
                firstNonce: firstNonce
            ),
            try CipherContext(algorithm: algorithm, sealingKey: second, openingKey: first)
        )
    }

    /// A sealed message of a head and a payload.
    func seal(
        _ context: CipherContext,
        head: Int = 80,
        payload count: Int = 1000
    ) throws -> (sealed: [UInt8], plain: [UInt8]) {
        let first = (0..<head).map { UInt8(truncatingIfNeeded: $0 &* 3) }
        var payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 5) }
        let plain = first + payload
        var message = [UInt8](repeating: 0xEE, count: CipherContext.headerCount) + first
        var span = payload.mutableSpan
        var bytes = unsafe span.mutableBytes
        try context.seal(&message, payload: &bytes, sessionID: 0x1234_5678_9ABC_DEF0)
        return (message + payload, plain)
    }

    @Test(arguments: CipherAlgorithm.allCases, [0, 1, 15, 16, 1000, 70_000])
    func opensWhatItSealed(algorithm: CipherAlgorithm, count: Int) throws {
        let (client, server) = try contexts(algorithm)
        let (sealed, plain) = try seal(client, payload: count)
        #expect(sealed.prefix(4) == [0xFD, 0x53, 0x4D, 0x42])
        let sessionID = unsafe CipherContext.sessionID(of: sealed.span.bytes)
        #expect(sessionID == 0x1234_5678_9ABC_DEF0)
        #expect(server.opened(sealed) == plain)
        #expect(client.opened(sealed) == nil)
    }

    @Test(arguments: CipherAlgorithm.allCases)
    func refusesEveryChangedByte(algorithm: CipherAlgorithm) throws {
        let (client, server) = try contexts(algorithm)
        let (sealed, _) = try seal(client, payload: 20)
        for position in sealed.indices {
            // The end of the nonce field is unused, but the tag covers it all the same.
            var changed = sealed
            changed[position] ^= 0x10
            #expect(server.opened(changed) == nil, "byte \(position)")
        }
        #expect(server.opened(sealed) != nil)
    }

    @Test(arguments: CipherAlgorithm.allCases)
    func refusesEveryTruncation(algorithm: CipherAlgorithm) throws {
        let (client, server) = try contexts(algorithm)
        let (sealed, _) = try seal(client, payload: 20)
        for count in sealed.indices { #expect(server.opened(Array(sealed[..<count])) == nil) }
    }

    @Test(arguments: CipherAlgorithm.allCases)
    func neverRepeatsANonce(algorithm: CipherAlgorithm) throws {
        let (client, _) = try contexts(algorithm, firstNonce: .max - 3)
        var nonces: Set<[UInt8]> = []
        for _ in 0..<3 { nonces.insert(Array(try seal(client).sealed[20..<36])) }
        #expect(nonces.count == 3)
        #expect(throws: CryptoError.nonceExhausted) { _ = try seal(client) }
        #expect(throws: CryptoError.nonceExhausted) { _ = try seal(client) }
    }
}

extension AEADContext {
    /// Seals `message` as two pieces and returns the tag.
    @unsafe func sealing(
        _ message: inout [UInt8],
        split: Int,
        _ nonce: [UInt8],
        _ additional: [UInt8]
    ) -> UInt128 {
        unsafe message.withUnsafeMutableBytes { bytes in
            unsafe nonce.withUnsafeBytes { nonce in
                unsafe additional.withUnsafeBytes { additional in
                    unsafe seal(
                        nonce: nonce.baseAddress!,
                        additional: additional,
                        UnsafeMutableRawBufferPointer(rebasing: bytes[..<split]),
                        UnsafeMutableRawBufferPointer(rebasing: bytes[split...])
                    ) ?? 0
                }
            }
        }
    }

    @unsafe func opening(
        _ message: inout [UInt8],
        split: Int,
        _ nonce: [UInt8],
        _ additional: [UInt8],
        tag: UInt128
    ) -> Bool {
        unsafe message.withUnsafeMutableBytes { bytes in
            unsafe nonce.withUnsafeBytes { nonce in
                unsafe additional.withUnsafeBytes { additional in
                    unsafe open(
                        nonce: nonce.baseAddress!,
                        additional: additional,
                        tag: tag,
                        UnsafeMutableRawBufferPointer(rebasing: bytes[..<split]),
                        UnsafeMutableRawBufferPointer(rebasing: bytes[split...])
                    )
                }
            }
        }
    }
}
