import Reactor
import SMBMessages
import Testing
import Wire

@testable import Client

/// A link to a script, past its handshake, on a reactor of its own.
final class LinkFixture: Sendable {
    let reactor: Reactor
    let link: Link
    let transport: ScriptedTransport
    let channels: Channels

    private static let open = OpenFile(
        route: Route(TreeConnection(name: "data", identifier: 3)),
        fileID: FileID(persistent: 1, volatile: 2)
    )

    init(
        timeoutSeconds: Int = 3600,
        credits: UInt16 = 64,
        script: @escaping @Sendable (ScriptedTransport, ScriptedTransport.Sent) -> Void
    ) async throws {
        let reactor = try Reactor(name: "test")
        reactor.start()
        self.reactor = reactor
        (link, transport, channels) = await withCheckedContinuation { continuation in
            reactor.post {
                let transport = ScriptedTransport(reactor: reactor, script: script)
                let link = Link(
                    reactor: reactor,
                    transport: transport,
                    timeoutSeconds: timeoutSeconds
                )
                link.sessionID = 7
                link.credits.supportsMultiCredit = true
                link.credits.grant(credits)
                continuation.resume(returning: (link, transport, Channels(script: link)))
            }
        }
    }

    deinit { reactor.stop() }

    func echo() async throws(ClientError) -> Reply {
        try await link.exchange(Request(.echo) { EchoRequest().encode(to: &$0) })
    }

    /// What the client sent so far.
    func sent() async -> [ScriptedTransport.Sent] {
        let transport = transport
        return await link.perform { _ in transport.sent }
    }

    func read(
        _ range: Range<UInt64>,
        block: Int = 4096,
        depth: Int = 4
    ) async -> (bytes: [UInt8], result: Result<Void, ClientError>) {
        let sink = CollectingSink(count: Int(range.upperBound))
        let result = await read(range, into: sink, block: block, depth: depth)
        return (sink.bytes, result)
    }

    /// The same, into plain memory, where data can be received directly.
    func readIntoMemory(
        _ range: Range<UInt64>
    ) async -> (bytes: [UInt8], result: Result<Void, ClientError>) {
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Int(range.upperBound - range.lowerBound),
            alignment: 4096
        )
        defer { unsafe memory.deallocate() }
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
        let sink = unsafe MemorySink(memory, from: range.lowerBound)
        let result = await read(range, into: sink, block: 4096, depth: 4)
        return (unsafe [UInt8](memory), result)
    }

    private func read(
        _ range: Range<UInt64>,
        into sink: any ReadSink & Sendable,
        block: Int,
        depth: Int
    ) async -> Result<Void, ClientError> {
        let target = BulkTarget(
            open: Self.open,
            range: range,
            block: block,
            depth: depth
        )
        let channels = channels
        return await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Void, ClientError>, Never>) in
            channels.reactor.post {
                ReadStream(channels: channels, target: target, sink: sink, progress: nil)
                    .start { continuation.resume(returning: $0) }
            }
        }
    }

    func write(_ bytes: [UInt8]) async -> Result<Void, ClientError> {
        await write(bytes.count, from: BytesSource(bytes, from: 0))
    }

    func write(
        _ byteCount: Int,
        from source: any WriteSource & Sendable
    ) async -> Result<Void, ClientError> {
        let target = BulkTarget(
            open: Self.open,
            range: 0..<UInt64(byteCount),
            block: 4096,
            depth: 4
        )
        let channels = channels
        return await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Void, ClientError>, Never>) in
            channels.reactor.post {
                WriteStream(channels: channels, target: target, source: source, progress: nil)
                    .start { continuation.resume(returning: $0) }
            }
        }
    }
}

/// Keeps what a stream reads. Used on the reactor's thread until the stream has ended.
final class CollectingSink: ReadSink, @unchecked Sendable {
    private(set) var bytes: [UInt8]
    let isOrdered: Bool

    init(count: Int, isOrdered: Bool = false) {
        bytes = Array(repeating: 0, count: count)
        self.isOrdered = isOrdered
    }

    func store(
        _ buffer: IOBuffer,
        range: Range<Int>,
        at offset: UInt64,
        slot: Int,
        for stream: ReadStream
    ) {
        for index in range {
            bytes[Int(offset) + index - range.lowerBound] = buffer.bytes.byte(at: index)
        }
        buffer.recycle()
        stream.stored(slot: slot, error: nil)
    }
}

/// The file that scripts serve: byte n is a function of n.
enum PatternFile {
    static func bytes(_ range: Range<Int>) -> [UInt8] {
        range.map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    }

    /// The whole answer to a read, with up to `countMax` bytes.
    static func answer(
        _ request: ScriptedTransport.Sent,
        countMax: Int = .max,
        credits: UInt16 = 32
    ) throws -> [UInt8] {
        let read = try request.decode { reader throws(WireError) in try ReadRequest(from: &reader) }
        let start = Int(read.offset)
        let count = min(Int(read.length), countMax)
        return ScriptedTransport.answer(request, credits: credits) { writer in
            ReadResponse(dataLength: count).encode(to: &writer)
            writer.write(bytes: bytes(start..<start + count))
        }
    }
}
