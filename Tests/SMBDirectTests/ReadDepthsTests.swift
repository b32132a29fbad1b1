import SMBDirect
import Testing
import Wire

@Suite struct ReadDepthsTests {
    static func decode(_ bytes: [UInt8]) -> ReadDepths? {
        let span = unsafe bytes.span.bytes
        return ReadDepths(privateData: span)
    }

    @Test func readsTheLittleEndianDepthsOfTheKernel() throws {
        let bytes = try Fixture("read-depths-kernel").message
        #expect(Self.decode(bytes) == ReadDepths(incoming: 32, outgoing: 1))
    }

    @Test func readsAndWritesBigEndianDepths() throws {
        let bytes = try Fixture("read-depths-ksmbd").message
        let depths = try #require(Self.decode(bytes))
        #expect(depths == ReadDepths(incoming: 1, outgoing: 8))
        #expect(encoded { depths.encode(to: &$0) } == bytes)
    }

    @Test(arguments: 0..<ReadDepths.encodedSize)
    func takesTooFewBytesForNone(count: Int) {
        #expect(Self.decode([UInt8](repeating: 1, count: count)) == nil)
    }

    @Test func boundsNonsense() {
        let depths = Self.decode([UInt8](repeating: 0x7F, count: 56))
        #expect(depths == ReadDepths(incoming: 255, outgoing: 255))
    }

    /// MS-SMBD 6.2: each end's incoming depth meets the other's outgoing depth.
    @Test func answersCrosswise() {
        let own = ReadDepths(incoming: 16, outgoing: 8)
        #expect(
            own.answer(to: ReadDepths(incoming: 32, outgoing: 1))
                == ReadDepths(incoming: 8, outgoing: 1)
        )
        #expect(
            own.answer(to: ReadDepths(incoming: 4, outgoing: 100))
                == ReadDepths(incoming: 4, outgoing: 16)
        )
        #expect(own.answer(to: ReadDepths(incoming: 0, outgoing: 1)) == nil)
        #expect(own.answer(to: ReadDepths(incoming: 1, outgoing: 0)) == nil)
    }
}
