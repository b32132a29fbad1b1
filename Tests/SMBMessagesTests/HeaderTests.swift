import SMBMessages
import Testing
import Wire

@Suite struct HeaderTests {
    private func encoded(_ header: Header) -> [UInt8] {
        var writer = WireWriter()
        header.encode(to: &writer)
        return writer.finish()
    }

    private func decoded(_ bytes: [UInt8]) throws(WireError) -> Header {
        try withReader(over: bytes) { reader throws(WireError) in try Header(from: &reader) }
    }

    @Test func syncFormKeepsTreeAndProcess() throws {
        var header = Header(command: .read, messageID: 7, credits: 3, treeID: 5, sessionID: 9)
        header.processID = 0xFEFF
        header.channelSequence = 2
        let bytes = encoded(header)
        #expect(bytes.count == Header.size)
        #expect(bytes[32..<40] == [0xFF, 0xFE, 0, 0, 5, 0, 0, 0])
        let copy = try decoded(bytes)
        #expect(copy == header)
        #expect(copy.treeID == 5)
        #expect(copy.asyncID == 0)
        #expect(copy.channelSequence == 2)
    }

    @Test func asyncFormHasNoTree() throws {
        var header = Header(command: .lock, messageID: 7, flags: .response, status: .pending)
        header.asyncID = 0x0102_0304_0506_0708
        header.treeID = 5
        let copy = try decoded(encoded(header))
        #expect(copy.isAsync)
        #expect(copy.asyncID == 0x0102_0304_0506_0708)
        #expect(copy.treeID == 0)
        #expect(copy.status == .pending)
    }

    @Test(arguments: 0..<64)
    func refusesEveryTruncation(count: Int) {
        let bytes = encoded(Header(command: .echo, messageID: 1))
        #expect(throws: WireError.self) { try decoded(Array(bytes.prefix(count))) }
    }

    @Test func refusesOtherProtocols() {
        var bytes = encoded(Header(command: .echo, messageID: 1))
        bytes[0] = 0xFF
        #expect(throws: WireError(.invalidValue, at: 0)) { try decoded(bytes) }
    }

    @Test func statusesHaveTheirNames() {
        #expect("\(NTStatus.objectNameNotFound)" == "STATUS_OBJECT_NAME_NOT_FOUND")
        #expect("\(NTStatus(rawValue: 0xC0AB_CDEF))" == "NTSTATUS 0xC0ABCDEF")
        #expect("\(NTStatus.success)" == "STATUS_SUCCESS")
        #expect(NTStatus.pending.severity == .success)
        #expect(NTStatus.bufferOverflow.severity == .warning)
        #expect(NTStatus.accessDenied.isError)
    }
}
