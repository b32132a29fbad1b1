import SMBDirect
import SMBMessages
import Testing
import Transport
import Wire

@testable import Simulation

/// WRITE with its data in the client's memory, MS-SMB2 3.3.5.13.
@Suite struct PlacedWriteTests {
    private let ground: PlacingServer
    private let data = (0..<150_000).map { UInt8(truncatingIfNeeded: $0 &* 29 &+ $0 >> 7) }

    init() throws { ground = try PlacingServer() }

    private func caller(_ manner: PlacingCaller.Manner = .init()) throws -> PlacingCaller {
        let caller = try PlacingCaller(ground, manner)
        try caller.open("file")
        return caller
    }

    @Test func theBytesAreTakenFromTheClientsMemory() throws {
        let caller = try caller()
        let memory = try caller.expose(data, .reading)
        let info = caller.encoded([memory.descriptor])
        let answer = try #require(
            caller.exchange([caller.writeMessage(data.count, at: 10, info: info)]).first
        )
        #expect(answer.status == .success)
        let response = try answer.read { reader throws(WireError) in
            try WriteResponse(from: &reader)
        }
        #expect(response.count == 150_000)
        #expect(same(ground.contents(of: "file"), [UInt8](repeating: 0, count: 10) + data))
        #expect(!caller.wasInvalidated(memory))
    }

    @Test func theTokenIsMadeInvalidWhereThatIsAskedFor() throws {
        let caller = try caller()
        let memory = try caller.expose(data, .reading)
        #expect(try caller.write(from: memory, .rdmaV1Invalidate) == .success)
        #expect(caller.wasInvalidated(memory))
        let other = try caller.expose(data, .reading)
        caller.file = FileID(persistent: 77, volatile: 77)
        #expect(try caller.write(from: other, .rdmaV1Invalidate) == .fileClosed)
        #expect(caller.wasInvalidated(other))
    }

    @Test func descriptorsAreReadInTheirOrder() throws {
        let caller = try caller()
        let parts = try [data[..<17], data[17..<100_000], data[100_000...]].map {
            try caller.expose(Array($0), .reading)
        }
        let info = caller.encoded(parts.map(\.descriptor))
        let message = caller.writeMessage(data.count - 5, info: info)
        #expect(try #require(caller.exchange([message]).first).status == .success)
        #expect(same(ground.contents(of: "file"), Array(data.dropLast(5))))
    }

    @Test func hostileDescriptorsAreRefused() throws {
        let caller = try caller()
        let memory = try caller.expose(data, .reading)
        let good = memory.descriptor
        var empty = good
        empty.length = 0
        var wrapping = good
        wrapping.offset = .max - 100
        var short = good
        short.length -= 1
        let lists: [[BufferDescriptor]] = [
            [], [empty, good], [wrapping], [good, wrapping], [short],
            Array(repeating: good, count: 257),
        ]
        for (index, list) in lists.enumerated() {
            let message = caller.writeMessage(data.count, info: caller.encoded(list))
            let answer = try #require(caller.exchange([message]).first)
            #expect(answer.status == .invalidParameter, "list \(index)")
        }
        let info = caller.encoded([good])
        let nothing = caller.writeMessage(0, info: info)
        var withLength = caller.writeMessage(data.count, info: info)
        withLength[64 + 4] = 1
        var withOffset = caller.writeMessage(data.count, info: info)
        withOffset[64 + 2] = 112
        var inside = caller.writeMessage(data.count, info: info)
        inside[64 + 40] = 64
        for message in [nothing, withLength, withOffset, inside] {
            #expect(try #require(caller.exchange([message]).first).status == .invalidParameter)
        }
        #expect(same(ground.contents(of: "file"), []))
        #expect(!caller.isClosed)
        #expect(try caller.write(from: memory) == .success)
    }

    @Test(arguments: [
        (Dialect.smb300, Channel.rdmaV1, NTStatus.success),
        (.smb300, .rdmaV1Invalidate, .invalidParameter),
        (.smb302, .rdmaV1Invalidate, .success),
        (.smb302, .rdmaTransform, .invalidParameter),
        (.smb311, Channel(rawValue: 4), .invalidParameter),
    ])
    func channelsDependOnTheDialect(dialect: Dialect, channel: Channel, status: NTStatus) throws {
        var manner = PlacingCaller.Manner()
        manner.dialect = dialect
        let caller = try caller(manner)
        #expect(try caller.write(from: try caller.expose(data, .reading), channel) == status)
    }

    @Test func channelsNeedATransportThatPlaces() throws {
        var manner = PlacingCaller.Manner()
        manner.capabilities = .simulatedTCP
        let caller = try caller(manner)
        let descriptor = BufferDescriptor(offset: 4096, token: 1, length: 8192)
        let message = caller.writeMessage(8192, info: caller.encoded([descriptor]))
        #expect(try #require(caller.exchange([message]).first).status == .invalidParameter)
    }

    @Test func memoryThatMayOnlyBeWrittenIsNotRead() throws {
        let caller = try caller()
        let memory = try caller.room(8192)
        let info = caller.encoded([memory.descriptor])
        #expect(caller.exchange([caller.writeMessage(8192, info: info)]).isEmpty)
        #expect(caller.isClosed)
        #expect(same(ground.contents(of: "file"), []))
    }

    /// The device may still fill the buffer of a connection that has ended: nobody else gets it,
    /// and nothing is written for it.
    @Test func aConnectionThatEndsWhileBytesComeWritesNothing() throws {
        let caller = try caller()
        let memory = try caller.expose(data, .reading)
        let info = caller.encoded([memory.descriptor])
        caller.send([caller.writeMessage(data.count, info: info)])
        ground.stepServer()
        caller.leave()
        #expect(same(ground.contents(of: "file"), []))
        #expect(caller.remote.staleAccessCount == 0)
        #expect(caller.takeAnswers().isEmpty)
    }

    @Test func aFileThatIsClosedWhileBytesComeIsNotWritten() throws {
        let caller = try caller()
        let memory = try caller.expose(data, .reading)
        let info = caller.encoded([memory.descriptor])
        let file = caller.file
        let answers = caller.exchange([caller.writeMessage(data.count, info: info)])
        #expect(answers.map(\.status) == [.success])
        caller.send([caller.writeMessage(10, at: 1 << 20, info: info)])
        caller.send([caller.message(.close) { CloseRequest(fileID: file).encode(to: &$0) }])
        ground.settle()
        // CLOSE overtakes: it does not wait for the client's bytes.
        #expect(Set(caller.takeAnswers().map(\.status)) == [.success, .fileClosed])
        #expect(same(ground.contents(of: "file"), data))
    }
}
