import SMBMessages
import Testing
import Wire

@Suite struct ErrorResponseTests {
    @Test func carriesOneByteWhenThereIsNoData() throws {
        var writer = WireWriter()
        ErrorResponse().encode(to: &writer)
        #expect(writer.finish() == [9, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test(arguments: [Dialect.smb302, .smb311])
    func symbolicLinkRoundTrip(dialect: Dialect) throws {
        let link = SymbolicLinkError(
            unparsedPathLength: 10,
            substituteName: #"..\target"#,
            printName: "target",
            isRelative: true
        )
        var data = WireWriter()
        link.encode(to: &data)
        let response = ErrorResponse(data: data.finish(), dialect: dialect)
        var writer = WireWriter()
        response.encode(to: &writer)
        let bytes = writer.finish()
        let copy = try withReader(over: bytes) { reader throws(WireError) in
            try ErrorResponse(from: &reader)
        }
        #expect(copy == response)
        let linkCopy = try withReader(over: copy.payload) { reader throws(WireError) in
            try SymbolicLinkError(from: &reader)
        }
        #expect(linkCopy == link)
        for count in 0..<bytes.count {
            #expect(throws: WireError.self) {
                try withReader(over: Array(bytes.prefix(count))) { reader throws(WireError) in
                    _ = try ErrorResponse(from: &reader)
                }
            }
        }
    }
}
