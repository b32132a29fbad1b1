import Testing
import Wire

@testable import SMBMessages

@Suite struct ControlMessageTests {
    private let file = FileID(persistent: 1, volatile: 2)

    @Test func ioctlRequestSurvivesTheRoundTripAndNoTruncation() throws {
        try expectRoundTrip(
            IoctlRequest(
                controlCode: .pipeTransceive,
                fileID: file,
                maximumOutputResponse: 4280,
                input: [1, 2, 3, 4, 5]
            ),
            encode: { $0.encode(to: &$1) },
            decode: { reader throws(WireError) in try IoctlRequest(from: &reader) }
        )
    }

    @Test func ioctlResponseSurvivesTheRoundTripAndNoTruncation() throws {
        try expectRoundTrip(
            IoctlResponse(controlCode: .copyChunk, fileID: file, output: [7, 7, 7]),
            encode: { $0.encode(to: &$1) },
            decode: { reader throws(WireError) in try IoctlResponse(from: &reader) }
        )
    }

    @Test func readsTheKernelsQuestionForInterfaces() throws {
        let vector = try GoldenVector("Ioctl/request-network-interfaces")
        let request = try GoldenVector.read(vector.bytes) { reader throws(WireError) in
            try IoctlRequest(from: &reader)
        }
        #expect(request.controlCode == .queryNetworkInterfaceInfo)
        #expect(request.fileID == .previous)
        #expect(request.flags == IoctlRequest.isFileSystemControl)
    }

    @Test func readsSambasInterfaces() throws {
        let vector = try GoldenVector("Ioctl/response-network-interfaces")
        let response = try GoldenVector.read(vector.bytes) { reader throws(WireError) in
            try IoctlResponse(from: &reader)
        }
        let interfaces = try withReader(over: response.output) { reader throws(WireError) in
            try NetworkInterface.decodeList(from: &reader)
        }
        #expect(interfaces.count == 4)
        #expect(interfaces.contains { $0.address == .ipv4(0x0A09_0901) })
        #expect(encoded { NetworkInterface.encode(interfaces, to: &$0) } == response.output)
    }

    @Test func interfaceListsThatLoopAreRefused() {
        let interface = NetworkInterface(
            index: 1,
            capabilities: .rss,
            bitsPerSecond: 1,
            address: .ipv6(1, scope: 2)
        )
        var bytes = encoded { NetworkInterface.encode([interface, interface], to: &$0) }
        #expect(bytes.count == 2 * NetworkInterface.encodedSize)
        bytes[0] = 2
        #expect(throws: WireError.self) {
            try withReader(over: bytes) { reader throws(WireError) in
                _ = try NetworkInterface.decodeList(from: &reader)
            }
        }
    }

    @Test func copyChunkSurvivesTheRoundTripAndCountsItsChunks() throws {
        let request = CopyChunkRequest(
            sourceKey: ResumeKey(first: 1, second: 2),
            chunks: [CopyChunk(sourceOffset: 0, targetOffset: 4096, length: 100)]
        )
        var bytes = encoded { request.encode(to: &$0) }
        let again = try withReader(over: bytes) { reader throws(WireError) in
            try CopyChunkRequest(from: &reader)
        }
        #expect(again == request)
        bytes[24] = 2
        #expect(throws: WireError(.truncated, at: 24)) {
            try withReader(over: bytes) { reader throws(WireError) in
                _ = try CopyChunkRequest(from: &reader)
            }
        }
    }

    @Test func validateNegotiateCarriesTheDialects() throws {
        let request = ValidateNegotiateRequest(
            capabilities: 0x7F,
            clientGUID: GUID(rawValue: 5),
            securityMode: 1,
            dialects: [0x0202, 0x0300]
        )
        let bytes = encoded { request.encode(to: &$0) }
        #expect(bytes.count == 28)
        let again = try withReader(over: bytes) { reader throws(WireError) in
            try ValidateNegotiateRequest(from: &reader)
        }
        #expect(again == request)
    }

    @Test(
        arguments: [
            .symbolicLink(substitute: "..\\b", print: "../b", isRelative: true),
            .mountPoint(substitute: "\\??\\C:\\x", print: "C:\\x"),
            .lxSymbolicLink(target: [0x62, 0x2F, 0x63]),
            .nfs(type: ReparsePoint.nfsFIFO, data: []),
            .other(tag: ReparseTag(rawValue: 0x8000_0023), data: [1]),
        ] as [ReparsePoint]
    )
    func reparsePointsSurviveTheRoundTripAndNoTruncation(point: ReparsePoint) throws {
        let bytes = encoded { point.encode(to: &$0) }
        let again = try withReader(over: bytes) { reader throws(WireError) in
            try ReparsePoint(from: &reader)
        }
        #expect(again == point)
        for count in 0..<bytes.count {
            #expect(throws: WireError.self) {
                try withReader(over: Array(bytes[..<count])) { reader throws(WireError) in
                    _ = try ReparsePoint(from: &reader)
                }
            }
        }
    }

    @Test func fixedPayloadsHaveTheirSizes() {
        #expect(FileZeroData.fixedSize == 16)
        #expect(DuplicateExtents.fixedSize == 40)
        #expect(DuplicateExtentsExtended.fixedSize == 56)
        #expect(ObjectIDBuffer.fixedSize == 64)
        #expect(ValidateNegotiateResponse.fixedSize == 24)
        #expect(CopyChunkResponse.fixedSize == 12)
        #expect(
            encoded { ResumeKeyResponse(key: ResumeKey(first: 1, second: 2)).encode(to: &$0) }
                .count == 32
        )
    }
}
