import Testing

@testable import Transport

@Suite("TCP frames")
struct TCPFrameTests {
    @Test(
        arguments: [
            (0x0000_0000, TCPFrame.message(byteCount: 0)),
            (0x00FF_FFFF, .message(byteCount: 0xFF_FFFF)),
            (0x8100_0044, .sessionRequest(byteCount: 0x44)),
            (0x8102_0000, .invalid(firstByte: 0x81)),
            (0x8500_0000, .keepAlive),
            (0x8500_0001, .invalid(firstByte: 0x85)),
            (0xFE53_4D42, .invalid(firstByte: 0xFE)),
            (0x4745_5420, .invalid(firstByte: 0x47)),
        ] as [(UInt32, TCPFrame)]
    )
    func theFirstByteDecides(word: UInt32, frame: TCPFrame) {
        #expect(TCPFrame(word: word) == frame)
    }
}
