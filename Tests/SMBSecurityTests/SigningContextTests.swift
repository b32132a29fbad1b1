import Testing

@testable import SMBSecurity

@Suite struct SigningContextTests {
    /// SP 800-38B D.1, the same as RFC 4493 4: AES-128-CMAC.
    @Test(arguments: [
        (0, "bb1d6929e95937287fa37d129b756746"),
        (16, "070a16b46b4d4144f79bdd9dd04a287c"),
        (40, "dfa66747de9ae63030ca32611497c827"),
        (64, "51f0bebf7e3b9d92fc49741779363cfe"),
    ])
    func cmacAsPublished(count: Int, expected: String) throws {
        let message = bytes(
            """
            6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51
            30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710
            """
        )
        let context = try CMACContext(key: bytes("2b7e151628aed2a6abf7158809cf4f3c"))
        for split in Set([0, count / 2, count]) {
            context.begin()
            unsafe message[..<split].withUnsafeBytes { unsafe context.update($0) }
            unsafe message[split..<count].withUnsafeBytes { unsafe context.update($0) }
            #expect(hex(littleEndianBytes(context.finish())) == expected)
        }
    }

    /// RFC 4231 4.2 and 4.3: HMAC-SHA256, of which a signature keeps the first half.
    @Test(arguments: [
        (
            "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
            "b0344c61d8db38535ca8afceaf0bf12b"
        ),
        (
            "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
            "5bdcc146bf60754e6a042426089575c7"
        ),
    ])
    func hmacAsPublished(key: String, message: String, expected: String) throws {
        let context = try HMACContext(key: bytes(key))
        for _ in 0..<2 {
            context.begin()
            unsafe bytes(message).withUnsafeBytes { unsafe context.update($0) }
            #expect(hex(littleEndianBytes(context.finish())) == expected)
        }
    }

    /// A message whose header names identifier 5 and whose body is `count` bytes long.
    func message(count: Int) -> [UInt8] {
        var message = [UInt8](repeating: 0, count: 64)
        message.replaceSubrange(0..<4, with: [0xFE, 0x53, 0x4D, 0x42])
        message[24] = 5
        return message + (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    }

    @Test(arguments: SigningAlgorithm.allCases)
    func refusesEveryChangedBit(algorithm: SigningAlgorithm) throws {
        let context = try SigningContext(algorithm: algorithm, key: [UInt8](0..<16))
        var signed = message(count: 29)
        context.sign(&signed)
        #expect(context.verifies(signed))
        for position in signed.indices {
            for bit in 0..<8 {
                var changed = signed
                changed[position] ^= 1 << bit
                #expect(!context.verifies(changed), "byte \(position), bit \(bit)")
            }
        }
        #expect(context.verifies(signed))
    }

    @Test(arguments: SigningAlgorithm.allCases)
    func refusesEveryTruncation(algorithm: SigningAlgorithm) throws {
        let context = try SigningContext(algorithm: algorithm, key: [UInt8](0..<16))
        var signed = message(count: 12)
        context.sign(&signed)
        for count in signed.indices { #expect(!context.verifies(Array(signed[..<count]))) }
    }

    @Test(arguments: SigningAlgorithm.allCases)
    func refusesAnotherKey(algorithm: SigningAlgorithm) throws {
        let context = try SigningContext(algorithm: algorithm, key: [UInt8](0..<16))
        let other = try SigningContext(algorithm: algorithm, key: [UInt8](1..<17))
        var signed = message(count: 12)
        context.sign(&signed)
        #expect(!other.verifies(signed))
    }

    /// Pieces and offsets change nothing.
    @Test(arguments: SigningAlgorithm.allCases)
    func signsAcrossPieces(algorithm: SigningAlgorithm) throws {
        let context = try SigningContext(algorithm: algorithm, key: [UInt8](0..<16))
        var whole = message(count: 1000)
        context.sign(&whole)
        for split in [64, 65, 80, 777] {
            let first = Array(message(count: 1000)[..<split])
            let rest = Array(message(count: 1000)[split...])
            var head = [UInt8](repeating: 0xAA, count: 52) + first
            let (middle, end) = (Array(rest.prefix(5)), Array(rest.dropFirst(5)))
            unsafe context.sign(
                &head,
                in: 52..<head.count,
                payload: middle.span.bytes,
                tail: end.span.bytes
            )
            #expect(Array(head[52...]) == Array(whole[..<split]))
            let signed = Array(head[52...])
            let isGenuine = unsafe context.verify(
                signed.span.bytes,
                payload: middle.span.bytes,
                tail: end.span.bytes
            )
            #expect(isGenuine)
        }
    }

    /// MS-SMB2 3.1.4.1: one identifier, four nonces.
    @Test func gmacTellsSendersAndCancelApart() throws {
        let context = try SigningContext(algorithm: .aes128GMAC, key: [UInt8](0..<16))
        var signatures: Set<[UInt8]> = []
        for (flags, command) in [(UInt8(0), UInt8(3)), (1, 3), (0, 12), (1, 12)] {
            var signed = message(count: 8)
            signed[16] = flags
            signed[12] = command
            context.sign(&signed)
            signatures.insert(Array(signed[48..<64]))
        }
        #expect(signatures.count == 4)
    }

    @Test func refusesKeysOfTheWrongLength() {
        #expect(throws: CryptoError.unusableKey) {
            _ = try SigningContext(algorithm: .aes128CMAC, key: [1, 2, 3])
        }
    }
}
