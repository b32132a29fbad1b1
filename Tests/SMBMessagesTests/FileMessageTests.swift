import Testing
import Wire

@testable import SMBMessages

@Suite struct FileMessageTests {
    private let file = FileID(persistent: 0x0102_0304, volatile: 0x0506_0708)

    @Test func lockSurvivesTheRoundTripAndNoTruncation() throws {
        try expectRoundTrip(
            LockRequest(
                fileID: file,
                ranges: [
                    .init(offset: 1, length: 2, flags: [.exclusive, .failImmediately]),
                    .init(offset: .max, length: 0, flags: .shared),
                ],
                sequenceNumber: 3,
                sequenceIndex: 64
            ),
            encode: { $0.encode(to: &$1) },
            decode: { reader throws(WireError) in try LockRequest(from: &reader) }
        )
    }

    @Test func lockOfAsManyRangesAsItClaimsIsBounded() {
        var bytes = encodedBody { LockRequest(fileID: file, ranges: []).encode(to: &$0) }
        bytes[2] = 0xFF
        bytes[3] = 0xFF
        let message = [UInt8](repeating: 0, count: Header.size) + bytes
        #expect(throws: WireError.self) {
            _ = try GoldenVector.read(message) { reader throws(WireError) in
                try LockRequest(from: &reader)
            }
        }
    }

    @Test func oplockBreakSurvivesTheRoundTrip() throws {
        try expectRoundTrip(
            OplockBreakNotification(level: .levelII, fileID: file),
            encode: { $0.encode(to: &$1) },
            decode: { reader throws(WireError) in try OplockBreakNotification(from: &reader) }
        )
    }

    @Test func leaseBreaksSurviveTheRoundTrip() throws {
        try expectRoundTrip(
            LeaseBreakNotification(
                key: GUID(rawValue: 5),
                currentState: [.readCaching, .handleCaching],
                newState: .readCaching,
                newEpoch: 2,
                isAcknowledgmentRequired: true
            ),
            encode: { $0.encode(to: &$1) },
            decode: { reader throws(WireError) in try LeaseBreakNotification(from: &reader) }
        )
        try expectRoundTrip(
            LeaseBreakAcknowledgment(key: GUID(rawValue: 5), state: .readCaching),
            encode: { $0.encode(to: &$1) },
            decode: { reader throws(WireError) in try LeaseBreakAcknowledgment(from: &reader) }
        )
    }

    @Test func acknowledgmentsAreToldApartBySize() throws {
        func read(_ body: [UInt8]) throws(WireError) -> BreakAcknowledgment {
            try GoldenVector.read([UInt8](repeating: 0, count: Header.size) + body) {
                reader throws(WireError) in try BreakAcknowledgment(from: &reader)
            }
        }
        let oplock = OplockBreakAcknowledgment(level: .none, fileID: file)
        let lease = LeaseBreakAcknowledgment(key: GUID(rawValue: 1), state: [])
        #expect(try read(encodedBody { oplock.encode(to: &$0) }) == .oplock(oplock))
        #expect(try read(encodedBody { lease.encode(to: &$0) }) == .lease(lease))
        #expect(throws: WireError.self) { try read([9, 0, 0, 0]) }
    }

    @Test func writeNamesItsDataWithoutCopyingIt() throws {
        let message = WriteRequest(fileID: file, offset: 4096, dataLength: 3, flags: .writeThrough)
        let body = encodedBody { message.encode(to: &$0) }
        #expect(body.count == WriteRequest.fixedSize)
        let whole = [UInt8](repeating: 0, count: Header.size) + body + [7, 8, 9]
        let copy = try GoldenVector.read(whole) { reader throws(WireError) in
            try WriteRequest(from: &reader)
        }
        #expect(copy == message)
        #expect(whole[copy.dataOffset..<copy.dataOffset + copy.dataLength] == [7, 8, 9])
        #expect(throws: WireError.self) {
            _ = try GoldenVector.read(whole.dropLast()) { reader throws(WireError) in
                try WriteRequest(from: &reader)
            }
        }
    }

    @Test func emptyWriteMayPointAnywhere() throws {
        var message = WriteRequest(fileID: file, offset: 0, dataLength: 0)
        var body = encodedBody { message.encode(to: &$0) }
        body[2] = 0xFF
        body[3] = 0xFF
        message.dataOffset = 0xFFFF
        let copy = try GoldenVector.read([UInt8](repeating: 0, count: Header.size) + body) {
            reader throws(WireError) in try WriteRequest(from: &reader)
        }
        #expect(copy == message)
    }

    @Test func readNamesItsDataWithoutCopyingIt() throws {
        let message = ReadResponse(dataLength: 2)
        let body = encodedBody { message.encode(to: &$0) }
        let whole = [UInt8](repeating: 0, count: Header.size) + body + [1, 2]
        let copy = try GoldenVector.read(whole) { reader throws(WireError) in
            try ReadResponse(from: &reader)
        }
        #expect(copy == message)
        #expect(throws: WireError.self) {
            _ = try GoldenVector.read(whole.dropLast()) { reader throws(WireError) in
                try ReadResponse(from: &reader)
            }
        }
    }

    @Test func channelDescriptorsAreFoundAndBounded() throws {
        let message = ReadRequest(fileID: file, offset: 0, length: 1 << 20, channel: .rdmaV1)
        let body = encodedBody { message.encode(to: &$0, channelInfo: [1, 2, 3, 4]) }
        let whole = [UInt8](repeating: 0, count: Header.size) + body
        let copy = try GoldenVector.read(whole) { reader throws(WireError) in
            try ReadRequest(from: &reader)
        }
        #expect(copy.channelInfo == MessagePart(offset: Header.size + 48, count: 4))
        #expect(throws: WireError.self) {
            _ = try GoldenVector.read(whole.dropLast()) { reader throws(WireError) in
                try ReadRequest(from: &reader)
            }
        }
    }

    @Test func transformHeaderIsReadAsImpacketWroteIt() throws {
        let bytes = try GoldenVector("Transform/impacket").bytes
        let header = try withReader(over: bytes) { reader throws(WireError) in
            try TransformHeader(from: &reader)
        }
        #expect(header.isEncrypted)
        #expect(encoded { header.encode(to: &$0) } == bytes)
        for count in 0..<TransformHeader.size {
            #expect(throws: WireError.self) {
                try withReader(over: Array(bytes.prefix(count))) { reader throws(WireError) in
                    _ = try TransformHeader(from: &reader)
                }
            }
        }
    }

    @Test(arguments: [
        (UInt8(0xFE), MessageKind.smb2), (0xFF, .smb1), (0xFD, .encrypted), (0xFC, .compressed),
        (0xFB, .unknown),
    ])
    func messagesAreToldApartByTheirFirstByte(first: UInt8, kind: MessageKind) throws {
        let found = try withReader(over: [first, 0x53, 0x4D, 0x42]) { reader throws(WireError) in
            try MessageKind(peeking: &reader)
        }
        #expect(found == kind)
    }
}
