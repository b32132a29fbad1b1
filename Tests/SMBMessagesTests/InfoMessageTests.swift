import Testing
import Wire

@testable import SMBMessages

@Suite struct InfoMessageTests {
    private let file = FileID(persistent: 0x1122_3344_5566_7788, volatile: 0x99AA_BBCC_DDEE_FF00)

    @Test func readsTheKernelsQueryOfFileSystemAttributes() throws {
        let vector = try GoldenVector("QueryInfo/request-fs-attribute")
        let request = try GoldenVector.read(vector.bytes) { reader throws(WireError) in
            try QueryInfoRequest(from: &reader)
        }
        #expect(request.infoType == .fileSystem)
        #expect(request.informationClass == FileSystemInformationClass.attribute.rawValue)
        #expect(request.outputBufferLength > 0)
        #expect(request.input.isEmpty)
    }

    @Test func queryInfoRequestSurvivesTheRoundTripAndNoTruncation() throws {
        let request = QueryInfoRequest(
            infoType: .file,
            informationClass: FileInformationClass.fullExtendedAttribute.rawValue,
            outputBufferLength: 4096,
            additionalInformation: 3,
            flags: [.restartScan, .indexSpecified],
            fileID: file,
            input: [1, 2, 3, 4]
        )
        try expectRoundTrip(
            request,
            encode: { $0.encode(to: &$1) },
            decode: { reader throws(WireError) in try QueryInfoRequest(from: &reader) }
        )
    }

    @Test func setInfoRequestSurvivesTheRoundTripAndNoTruncation() throws {
        let request = SetInfoRequest(
            infoType: .security,
            additionalInformation: SecurityInformation([.owner, .discretionaryACL]).rawValue,
            fileID: file,
            input: [9, 8, 7]
        )
        try expectRoundTrip(
            request,
            encode: { $0.encode(to: &$1) },
            decode: { reader throws(WireError) in try SetInfoRequest(from: &reader) }
        )
    }

    @Test func changeNotifyRequestSurvivesTheRoundTripAndNoTruncation() throws {
        let request = ChangeNotifyRequest(
            flags: .watchTree,
            outputBufferLength: 1000,
            fileID: file,
            completionFilter: [.fileName, .streamWrite]
        )
        try expectRoundTrip(
            request,
            encode: { $0.encode(to: &$1) },
            decode: { reader throws(WireError) in try ChangeNotifyRequest(from: &reader) }
        )
    }

    @Test func queryDirectoryRequestSurvivesTheRoundTripAndNoTruncation() throws {
        let request = QueryDirectoryRequest(
            informationClass: .idBothDirectory,
            flags: [.reopen, .returnSingleEntry],
            fileIndex: 7,
            fileID: file,
            pattern: "a*.\u{1F40B}",
            outputBufferLength: 65536
        )
        try expectRoundTrip(
            request,
            encode: { $0.encode(to: &$1) },
            decode: { reader throws(WireError) in try QueryDirectoryRequest(from: &reader) }
        )
    }

    @Test func outputBufferResponseSurvivesTheRoundTripAndNoTruncation() throws {
        try expectRoundTrip(
            OutputBufferResponse(output: [1, 2, 3]),
            encode: { $0.encode(to: &$1) },
            decode: { reader throws(WireError) in try OutputBufferResponse(from: &reader) }
        )
    }

    @Test func anEmptyOutputBufferHasNoPlace() throws {
        let body = encodedBody { OutputBufferResponse(output: []).encode(to: &$0) }
        #expect(body == [9, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func readsTheRenameOfSmbclient() throws {
        let vector = try GoldenVector("SetInfo/request-rename")
        let request = try GoldenVector.read(vector.bytes) { reader throws(WireError) in
            try SetInfoRequest(from: &reader)
        }
        let rename = try withReader(over: request.input) { reader throws(WireError) in
            try RenameInformation(from: &reader)
        }
        #expect(rename.fileName == "d\\b.bin")
        #expect(rename.rootDirectory == 0)
        #expect(encodedBody { request.encode(to: &$0) } == vector.body)
    }

    @Test func readsTheDispositionOfSmbclient() throws {
        let vector = try GoldenVector("SetInfo/request-disposition")
        let request = try GoldenVector.read(vector.bytes) { reader throws(WireError) in
            try SetInfoRequest(from: &reader)
        }
        #expect(request.informationClass == FileInformationClass.disposition.rawValue)
        #expect(request.input == DispositionInformation(deletePending: true).encoded())
        #expect(encodedBody { request.encode(to: &$0) } == vector.body)
    }

    @Test func readsTheTimesAndSizesOfTheKernel() throws {
        let sizes = try GoldenVector("SetInfo/request-end-of-file")
        let size = try GoldenVector.read(sizes.bytes) { reader throws(WireError) in
            try SetInfoRequest(from: &reader)
        }
        #expect(size.informationClass == FileInformationClass.endOfFile.rawValue)
        #expect(size.input.count == EndOfFileInformation.fixedSize)
        let times = try GoldenVector("SetInfo/request-basic")
        let request = try GoldenVector.read(times.bytes) { reader throws(WireError) in
            try SetInfoRequest(from: &reader)
        }
        let basic = try withReader(over: request.input) { reader throws(WireError) in
            try BasicInformation(from: &reader)
        }
        #expect(basic.creationTime == .zero)
        #expect(basic.encoded() == request.input)
    }

    @Test func readsSambasAllInformation() throws {
        let vector = try GoldenVector("QueryInfo/response-all")
        let response = try GoldenVector.read(vector.bytes) { reader throws(WireError) in
            try QueryInfoResponse(from: &reader)
        }
        #expect(encodedBody { response.encode(to: &$0) } == vector.body)
        let all = try withReader(over: response.output) { reader throws(WireError) in
            try AllInformation(from: &reader)
        }
        #expect(all.standard.endOfFile == 300_000)
        #expect(all.standard.allocationSize == 0x4A000)
        #expect(all.basic.attributes == .archive)
        #expect(all.access.granted == [.readControl, .fileRead])
        #expect(all.name.name == "\\d\\a.bin")
        #expect(all.encoded() == response.output)
    }
}

/// Encodes, decodes, compares, and refuses every shorter message.
func expectRoundTrip<T: Equatable>(
    _ value: T,
    encode: (T, inout WireWriter) -> Void,
    decode: (inout WireReader) throws(WireError) -> T
) throws {
    var writer = WireWriter()
    writer.write(zeros: Header.size)
    encode(value, &writer)
    let bytes = writer.finish()
    #expect(try GoldenVector.read(bytes, decode) == value)
    for count in Header.size..<bytes.count {
        #expect(throws: WireError.self, "\(count) of \(bytes.count) bytes") {
            try GoldenVector.read(Array(bytes[..<count]), decode)
        }
    }
}
