import Testing
import Wire

@testable import SMBMessages

@Suite struct RDMATransformTests {
    private let signed = RDMATransform(
        channel: .rdmaV1Invalidate,
        crypto: RDMACryptoTransform(
            kind: .signing,
            signature: 0x100F_0E0D_0C0B_0A09_0807_0605_0403_0201,
            nonce: 0x8000_0005_1122_3344_5566_7788,
            nonceCount: 12
        )
    )

    /// Laid out by hand after MS-SMB2 2.2.43 and 2.2.43.1.
    private let golden: [UInt8] = [
        0x38, 0x00, 0x10, 0x00, 0x02, 0x00, 0x00, 0x00,  // RdmaDescriptorOffset, Length, Channel
        0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // TransformCount, Reserved
        0x02, 0x00, 0x10, 0x00, 0x0C, 0x00, 0x00, 0x00,  // TransformType, SignatureLength, Nonce-
        0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,  // Signature
        0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10,
        0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,  // Nonce
        0x05, 0x00, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00,  // Padding
        0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00,  // SMB_DIRECT_BUFFER_DESCRIPTOR_V1
        0xAB, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x00,
    ]

    private func decode(_ bytes: [UInt8]) throws(WireError) -> RDMATransform {
        try withReader(over: bytes) { reader throws(WireError) in try RDMATransform(from: &reader) }
    }

    @Test func channelInformationIsWrittenAsSpecified() throws {
        let bytes = encoded { writer in
            signed.encode(to: &writer, descriptorCount: 16)
            writer.write(bytes: Array(golden.suffix(16)))
        }
        #expect(bytes == golden)
        let copy = try decode(golden)
        #expect(copy.channel == .rdmaV1Invalidate)
        #expect(copy.crypto == signed.crypto)
        #expect(copy.descriptors == MessagePart(offset: 56, count: 16))
    }

    @Test func noTruncationIsAccepted() {
        for count in 0..<golden.count {
            #expect(throws: WireError.self, "\(count) bytes") {
                try decode(Array(golden.prefix(count)))
            }
        }
    }

    @Test(arguments: [(11, 56), (12, 56), (0, 40)])
    func theEndIsAlignedWhateverTheNonce(nonceCount: Int, end: Int) throws {
        var transform = signed
        transform.channel = .none
        transform.crypto.nonceCount = nonceCount
        transform.crypto.nonce &= nonceCount == 11 ? (1 << 88) - 1 : nonceCount == 0 ? 0 : .max
        let bytes = encoded { transform.encode(to: &$0) }
        #expect(bytes.count == end)
        let copy = try decode(bytes)
        #expect(copy == transform)
        // The padding of the last structure need not be sent.
        #expect(try decode(Array(bytes.prefix(40 + nonceCount))) == transform)
    }

    @Test(arguments: [
        (8, UInt8(0)), (8, 2), (16, 0), (16, 3), (17, 1), (0, 0x37), (0, 0x40), (2, 0x11),
        (4, 0x03),
        (4, 0x04),
    ])
    func whatTheReceiverMustRefuseIsRefused(index: Int, value: UInt8) {
        var bytes = golden
        bytes[index] = value
        #expect(throws: WireError.self) { try decode(bytes) }
    }

    @Test func lengthsThatNoAlgorithmHasAreKeptForTheChecker() throws {
        var bytes = golden
        bytes[18] = 17
        bytes.insert(0xEE, at: 40)
        bytes.remove(at: 53)
        let copy = try decode(bytes)
        #expect(copy.crypto.signatureCount == 17)
        bytes = golden
        bytes[20] = 0xFF
        #expect(throws: WireError.self) { try decode(bytes) }
    }
}
