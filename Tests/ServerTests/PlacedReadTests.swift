import SMBDirect
import SMBMessages
import Testing
import Transport
import Wire

@testable import Simulation

/// READ with the client's memory as its destination, MS-SMB2 3.3.5.12.
@Suite struct PlacedReadTests {
    private let ground: PlacingServer
    private let data = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ $0 >> 8) }

    init() throws {
        ground = try PlacingServer()
        ground.make("file", data)
    }

    private func caller(_ manner: PlacingCaller.Manner = .init()) throws -> PlacingCaller {
        let caller = try PlacingCaller(ground, manner)
        try caller.open("file")
        return caller
    }

    @Test func theBytesAreInTheClientsMemory() throws {
        let caller = try caller()
        let memory = try caller.room(100_000)
        let (status, response, answer) = try caller.read(into: memory, at: 1234)
        #expect(status == .success)
        #expect(response?.dataLength == 0)
        #expect(response?.dataRemaining == 100_000)
        #expect(response?.flags == [])
        // A byte more, and Linux's client loses its place in the stream.
        #expect(answer.bytes.count == 80)
        #expect(same(memory.bytes, Array(data[1234..<101_234])))
        #expect(!caller.wasInvalidated(memory))
        caller.leave()
        #expect(caller.remote.staleAccessCount == 0)
    }

    @Test func theTokenIsMadeInvalidWhereThatIsAskedFor() throws {
        let caller = try caller()
        let memory = try caller.room(5000)
        #expect(try caller.read(into: memory, .rdmaV1Invalidate).status == .success)
        #expect(same(memory.bytes, Array(data[..<5000])))
        #expect(caller.wasInvalidated(memory))
    }

    /// The client does nothing by itself to get its registration back.
    @Test func errorsMakeItInvalidToo() throws {
        let caller = try caller()
        let memory = try caller.room(5000)
        #expect(try caller.read(into: memory, at: 1 << 20, .rdmaV1Invalidate).status == .endOfFile)
        #expect(caller.wasInvalidated(memory))
        caller.file = FileID(persistent: 77, volatile: 77)
        let other = try caller.room(5000)
        #expect(try caller.read(into: other, .rdmaV1Invalidate).status == .fileClosed)
        #expect(caller.wasInvalidated(other))
        #expect(!caller.isClosed)
    }

    @Test func descriptorsAreFilledInTheirOrder() throws {
        let caller = try caller()
        let parts = try [3000, 70_000, 27_000].map { try caller.room($0) }
        let info = caller.encoded(parts.map(\.descriptor))
        let message = caller.readMessage(100_000, .rdmaV1Invalidate, info: info)
        #expect(try #require(caller.exchange([message]).first).status == .success)
        #expect(same(parts.flatMap(\.bytes), Array(data[..<100_000])))
        #expect(caller.wasInvalidated(parts[0]))
        #expect(!caller.wasInvalidated(parts[1]))
    }

    @Test func theEndOfTheFileIsToldByTheCount() throws {
        let caller = try caller()
        let memory = try caller.room(5000)
        let (status, response, _) = try caller.read(into: memory, at: 199_000)
        #expect(status == .success)
        #expect(response?.dataRemaining == 1000)
        #expect(same(Array(memory.bytes[..<1000]), Array(data[199_000...])))
        #expect(memory.bytes[1000...].allSatisfy { $0 == 0xEE })
        let info = caller.encoded([memory.descriptor])
        let message = caller.readMessage(5000, at: 199_000, info: info, minimum: 1001)
        #expect(try #require(caller.exchange([message]).first).status == .endOfFile)
    }

    @Test func streamsArePlacedToo() throws {
        let caller = try caller()
        try caller.open("file:stream")
        let source = try caller.expose([1, 2, 3, 4], .reading)
        #expect(try caller.write(from: source) == .success)
        let memory = try caller.room(10)
        #expect(try caller.read(into: memory, at: 1).response?.dataRemaining == 3)
        #expect(same(Array(memory.bytes[..<3]), [2, 3, 4]))
    }

    /// Every one of these is refused, and the connection goes on.
    @Test func hostileDescriptorsAreRefused() throws {
        let caller = try caller()
        let memory = try caller.room(8192)
        let good = memory.descriptor
        var empty = good
        empty.length = 0
        var wrapping = good
        wrapping.offset = .max - 100
        var short = good
        short.length = 8191
        let lists: [[BufferDescriptor]] = [
            [], [empty, good], [wrapping], [good, wrapping], [short],
            Array(repeating: good, count: 257),
        ]
        for (index, list) in lists.enumerated() {
            let message = caller.readMessage(8192, info: caller.encoded(list))
            let answer = try #require(caller.exchange([message]).first)
            #expect(answer.status == .invalidParameter, "list \(index)")
        }
        for cut in [1, 8, 15] {
            let info = Array(caller.encoded([good, good]).dropLast(cut))
            let message = caller.readMessage(8192, info: info)
            #expect(try #require(caller.exchange([message]).first).status == .invalidParameter)
        }
        var inside = caller.readMessage(8192, info: caller.encoded([good]))
        inside[64 + 44] = 64
        #expect(try #require(caller.exchange([inside]).first).status == .invalidParameter)
        let nothing = caller.readMessage(0, info: caller.encoded([good]))
        #expect(try #require(caller.exchange([nothing]).first).status == .invalidParameter)
        #expect(memory.bytes.allSatisfy { $0 == 0xEE })
        #expect(try caller.read(into: memory).status == .success)
        #expect(same(memory.bytes, Array(data[..<8192])))
    }

    @Test func oneRequestMovesAsMuchAsTheTransportTakes() throws {
        var manner = PlacingCaller.Manner()
        manner.capabilities.placementByteCountMax = 65536
        let caller = try caller(manner)
        #expect(caller.negotiated?.maxReadSize == 65536)
        #expect(caller.negotiated?.maxWriteSize == 65536)
        #expect(caller.negotiated?.maxTransactSize == 1_044_480)
        let first = try caller.room(65536)
        let more = try caller.room(1)
        let info = caller.encoded([first.descriptor, more.descriptor])
        let message = caller.readMessage(65537, info: info)
        #expect(try #require(caller.exchange([message]).first).status == .invalidParameter)
        #expect(try caller.read(into: first).status == .success)
    }

    @Test(arguments: [
        (Dialect.smb300, Channel.rdmaV1, NTStatus.success),
        (.smb300, .rdmaV1Invalidate, .invalidParameter),
        (.smb302, .rdmaV1Invalidate, .success),
        (.smb311, .rdmaTransform, .invalidParameter),
        (.smb311, Channel(rawValue: 4), .invalidParameter),
    ])
    func channelsDependOnTheDialect(dialect: Dialect, channel: Channel, status: NTStatus) throws {
        var manner = PlacingCaller.Manner()
        manner.dialect = dialect
        let caller = try caller(manner)
        let memory = try caller.room(8192)
        #expect(try caller.read(into: memory, channel).status == status)
    }

    @Test func channelsNeedATransportThatPlaces() throws {
        var manner = PlacingCaller.Manner()
        manner.capabilities = .simulatedTCP
        let caller = try caller(manner)
        let descriptor = BufferDescriptor(offset: 4096, token: 1, length: 8192)
        for channel in [Channel.rdmaV1, .rdmaV1Invalidate] {
            let message = caller.readMessage(8192, channel, info: caller.encoded([descriptor]))
            #expect(try #require(caller.exchange([message]).first).status == .invalidParameter)
        }
    }

    @Test func aDescriptorThatTheClientDoesNotHaveEndsTheConnection() throws {
        let caller = try caller()
        let memory = try caller.room(8192)
        var foreign = memory.descriptor
        foreign.token ^= 0x5A5A
        _ = caller.exchange([caller.readMessage(8192, info: caller.encoded([foreign]))])
        #expect(caller.isClosed)
        #expect(memory.bytes.allSatisfy { $0 == 0xEE })
    }

    /// A message places one thing: the answers of a compound come in as many messages as needed.
    @Test func compoundsArePlacedPieceByPiece() throws {
        let caller = try caller()
        let (first, second) = (try caller.room(8192), try caller.room(4096))
        let answers = caller.exchange([
            caller.readMessage(8192, .rdmaV1Invalidate, info: caller.encoded([first.descriptor])),
            caller.readMessage(
                4096,
                at: 8192,
                info: caller.encoded([second.descriptor]),
                file: .previous,
                related: true
            ),
            caller.message(.close, related: true) { writer in
                CloseRequest(fileID: .previous).encode(to: &writer)
            },
        ])
        #expect(answers.map(\.status) == [.success, .success, .success])
        #expect(first.bytes + second.bytes == Array(data[..<12288]))
        #expect(caller.wasInvalidated(first))
    }

    @Test func aCompoundThatOpensReadsAndCloses() throws {
        let caller = try PlacingCaller(ground)
        let memory = try caller.room(8192)
        let answers = caller.exchange([
            caller.message(.create) { writer in caller.create("file").encode(to: &writer) },
            caller.readMessage(
                8192,
                info: caller.encoded([memory.descriptor]),
                file: .previous,
                related: true
            ),
            caller.message(.close, related: true) { writer in
                CloseRequest(fileID: .previous).encode(to: &writer)
            },
        ])
        #expect(answers.map(\.status) == [.success, .success, .success])
        #expect(same(memory.bytes, Array(data[..<8192])))
    }

    /// What is in the message must fit a message of the client's.
    @Test func dataInTheMessageIsBoundedByTheTransport() throws {
        let caller = try caller()
        let room = TransportCapabilities.simulatedDirect.messageByteCountMax
        let fits = caller.readMessage(room - 80, .none, info: [])
        let answer = try #require(caller.exchange([fits]).first)
        #expect(answer.status == .success)
        #expect(same(Array(answer.bytes[80...]), data))
        let tooMuch = caller.readMessage(room - 79, .none, info: [])
        #expect(try #require(caller.exchange([tooMuch]).first).status == .invalidParameter)
    }
}
