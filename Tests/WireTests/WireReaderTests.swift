import Testing
import Wire

@Suite struct WireReaderTests {
    @Test func readsLittleEndianInOrder() throws {
        let bytes: [UInt8] = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07]
        try withReader(over: bytes) { reader throws(WireError) in
            #expect(try reader.read(UInt16.self) == 0x0201)
            #expect(try reader.read(UInt32.self) == 0x0605_0403)
            #expect(reader.remaining == 1)
        }
    }

    @Test(arguments: 0..<8)
    func refusesEveryTruncation(count: Int) {
        let bytes = [UInt8](repeating: 0xFF, count: count)
        #expect(throws: WireError(.truncated, at: 0)) {
            try withReader(over: bytes) { reader throws(WireError) in
                _ = try reader.read(UInt64.self)
            }
        }
    }
}
