import Testing
import Wire

@testable import SMBMessages

@Suite struct CreateContextTests {
    private func request(_ contexts: [CreateContext], name: String = "file") -> CreateRequest {
        CreateRequest(
            name: name,
            desiredAccess: .readData,
            shareAccess: .all,
            disposition: .open,
            contexts: contexts
        )
    }

    private func decode(_ bytes: [UInt8]) throws(WireError) -> CreateRequest {
        try GoldenVector.read(bytes) { reader throws(WireError) in
            try CreateRequest(from: &reader)
        }
    }

    @Test func everyContextSurvivesTheRoundTrip() throws {
        let lease = LeaseContext(
            key: GUID(rawValue: 9),
            state: [.readCaching, .writeCaching],
            flags: .parentKeySet,
            v2: .init(parentKey: GUID(rawValue: 8), epoch: 3)
        )
        let contexts = [
            MaximalAccessRequest(timestamp: FileTime(rawValue: 5)).context,
            CreateContext(name: .onDiskID),
            AllocationSizeRequest(size: 1 << 33).context,
            TimeWarpRequest(timestamp: FileTime(rawValue: 7)).context,
            DurableHandle.request,
            DurableReconnectRequest(fileID: FileID(persistent: 1, volatile: 2)).context,
            DurableV2Request(
                timeoutMilliseconds: 60_000,
                flags: .persistent,
                createGUID: GUID(rawValue: 4)
            ).context,
            DurableV2ReconnectRequest(
                fileID: FileID(persistent: 3, volatile: 4),
                createGUID: GUID(rawValue: 5)
            ).context,
            lease.context,
            POSIXCreateRequest(mode: 0o644).context,
            CreateContext(name: .apple, data: [1, 2, 3]),
        ]
        let message = request(contexts)
        let bytes =
            [UInt8](repeating: 0, count: Header.size)
            + encodedBody {
                message.encode(to: &$0)
            }
        let copy = try decode(bytes)
        #expect(copy == message)
        #expect(try LeaseContext(data: #require(copy.contexts.data(of: .lease))) == lease)
        #expect(
            try AllocationSizeRequest(data: #require(copy.contexts.data(of: .allocationSize))).size
                == 1 << 33
        )
        #expect(
            try POSIXCreateRequest(data: #require(copy.contexts.data(of: .posix))).mode == 0o644
        )
        for count in Header.size..<bytes.count {
            #expect(throws: WireError.self) { try decode(Array(bytes.prefix(count))) }
        }
    }

    @Test func readsTheKernelsQuestionForTheDiskID() throws {
        let message = try decode(try GoldenVector("Create/request-contexts-cifs").bytes)
        #expect(message.name.isEmpty)
        #expect(message.contexts == [CreateContext(name: .onDiskID)])
        #expect(message.desiredAccess == .readAttributes)
    }

    @Test func readsSambasAnswerToIt() throws {
        let bytes = try GoldenVector("Create/response-contexts-cifs").bytes
        let message = try GoldenVector.read(bytes) { reader throws(WireError) in
            try CreateResponse(from: &reader)
        }
        let data = try #require(message.contexts.data(of: .onDiskID))
        #expect(try OnDiskIDResponse(data: data).context.data == data)
    }

    @Test func refusesAChainThatIsNotAligned() {
        var bytes =
            [UInt8](repeating: 0, count: Header.size)
            + encodedBody {
                request([CreateContext(name: .onDiskID), CreateContext(name: .maximalAccess)])
                    .encode(to: &$0)
            }
        // Next of the first context, behind the fixed part and the eight bytes of the name.
        let next = Header.size + CreateRequest.fixedSize + 8
        #expect(bytes[next] == 24)
        bytes[next] = 20
        #expect(throws: WireError.self) { try decode(bytes) }
    }

    @Test func refusesAContextThatReachesIntoTheNext() {
        var bytes =
            [UInt8](repeating: 0, count: Header.size)
            + encodedBody {
                request([CreateContext(name: .onDiskID), CreateContext(name: .maximalAccess)])
                    .encode(to: &$0)
            }
        let nameLength = Header.size + CreateRequest.fixedSize + 8 + 6
        #expect(bytes[nameLength] == 4)
        bytes[nameLength] = 12
        #expect(throws: WireError.self) { try decode(bytes) }
    }

    @Test func leaseVersionsDifferBySizeAlone() throws {
        let first = LeaseContext(key: GUID(rawValue: 1), state: .readCaching)
        #expect(first.context.data.count == LeaseContext.size)
        #expect(try LeaseContext(data: first.context.data) == first)
        #expect(throws: WireError.self) {
            try LeaseContext(data: Array(first.context.data.dropLast()))
        }
    }
}
