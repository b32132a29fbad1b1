import SMBDirect
import Testing
import Wire

@Suite struct DirectMessageTests {
    static let request = DirectNegotiateRequest(
        creditsRequested: 255,
        preferredSendSize: 1364,
        maxReceiveSize: 1364,
        maxFragmentedSize: 173_910
    )

    static var response: DirectNegotiateResponse {
        var response = DirectNegotiateResponse(status: DirectNegotiateResponse.success)
        response.negotiatedVersion = 0x0100
        response.creditsRequested = 255
        response.creditsGranted = 254
        response.maxReadWriteSize = 8 << 20
        response.preferredSendSize = 1364
        response.maxReceiveSize = 1364
        response.maxFragmentedSize = 173_910
        return response
    }

    @Test func readsARequestOfTheKernel() throws {
        let bytes = try Fixture("negotiate-request-kernel").message
        let request = try withReader(over: bytes) { reader throws(WireError) in
            try DirectNegotiateRequest(from: &reader)
        }
        #expect(request == Self.request)
        #expect(encoded { request.encode(to: &$0) } == bytes)
    }

    @Test func readsAResponseOfKsmbd() throws {
        let bytes = try Fixture("negotiate-response-ksmbd").message
        let response = try withReader(over: bytes) { reader throws(WireError) in
            try DirectNegotiateResponse(from: &reader)
        }
        #expect(response == Self.response)
        #expect(encoded { response.encode(to: &$0) } == bytes)
    }

    @Test(arguments: ["empty-kernel", "whole-kernel", "segments-kernel"])
    func writesHeadersAsTheKernelDoes(name: String) throws {
        for message in try Fixture(name).messages {
            let header = try withReader(over: message) { reader throws(WireError) in
                try DataTransferHeader(from: &reader)
            }
            #expect(encoded(header) == Array(message.prefix(header.byteCount)))
            #expect(header.byteCount + Int(header.dataLength) == message.count)
        }
    }

    @Test func keepsEveryFieldOfAHeader() throws {
        let header = DataTransferHeader(
            creditsRequested: 0x0102,
            creditsGranted: 0x0304,
            requestsResponse: true,
            remainingDataLength: 0x0506_0708,
            dataLength: 0x090A_0B0C
        )
        let bytes = encoded(header)
        let expected: [UInt8] = [
            0x02, 0x01, 0x04, 0x03, 1, 0, 0, 0, 0x08, 0x07, 0x06, 0x05, 24, 0, 0, 0,
            0x0C, 0x0B, 0x0A, 0x09, 0, 0, 0, 0,
        ]
        #expect(bytes == expected)
        let again = try withReader(over: bytes) { reader throws(WireError) in
            try DataTransferHeader(from: &reader)
        }
        #expect(again == header)
        #expect(again.requestsResponse)
    }

    @Test(arguments: 0..<DirectNegotiateRequest.encodedSize)
    func refusesEveryTruncationOfARequest(count: Int) {
        let bytes = encoded { Self.request.encode(to: &$0) }
        #expect(bytes.count == DirectNegotiateRequest.encodedSize)
        #expect(throws: WireError.self) {
            try withReader(over: Array(bytes.prefix(count))) { reader throws(WireError) in
                _ = try DirectNegotiateRequest(from: &reader)
            }
        }
    }

    @Test(arguments: 0..<DirectNegotiateResponse.encodedSize)
    func refusesEveryTruncationOfAResponse(count: Int) {
        let bytes = encoded { Self.response.encode(to: &$0) }
        #expect(bytes.count == DirectNegotiateResponse.encodedSize)
        #expect(throws: WireError.self) {
            try withReader(over: Array(bytes.prefix(count))) { reader throws(WireError) in
                _ = try DirectNegotiateResponse(from: &reader)
            }
        }
    }

    @Test(arguments: 0..<DataTransferHeader.encodedSize)
    func refusesEveryTruncationOfAHeader(count: Int) throws {
        let bytes = try Fixture("empty-kernel").message
        #expect(throws: WireError.self) {
            try withReader(over: Array(bytes.prefix(count))) { reader throws(WireError) in
                _ = try DataTransferHeader(from: &reader)
            }
        }
    }

    @Test func keepsABufferDescriptor() throws {
        let descriptor = BufferDescriptor(
            offset: 0x0102_0304_0506_0708,
            token: 0x1A00_BC56,
            length: 0x0010_0000
        )
        let bytes = encoded { descriptor.encode(to: &$0) }
        let expected: [UInt8] = [8, 7, 6, 5, 4, 3, 2, 1, 0x56, 0xBC, 0, 0x1A, 0, 0, 0x10, 0]
        #expect(bytes == expected)
        let again = try withReader(over: bytes) { reader throws(WireError) in
            try BufferDescriptor(from: &reader)
        }
        #expect(again == descriptor)
    }
}
