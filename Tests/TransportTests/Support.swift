import CSystem
import Descriptors
import Glibc
import Reactor
import Synchronization
import Testing

@testable import Transport

/// Remembers what a transport delivered.
@safe final class Recorder: TransportReceiver, @unchecked Sendable {
    struct Seen {
        var messages: [[UInt8]] = []
        var placedCount = 0
        var closedCount = 0
        var error: TransportError?
    }

    let seen = Mutex(Seen())
    /// Called on the reactor's thread with every whole message, before it is recorded.
    var onMessage: (@Sendable (any Transport, IOBuffer) -> Void)?
    /// The bytes kept free for placed payloads, and the head that goes before them.
    var placementHeadCount = 80
    var place: UnsafeMutableRawBufferPointer?
    var keepsMessages = true

    func transport(_ transport: any Transport, received message: IOBuffer) {
        onMessage?(transport, message)
        let bytes = keepsMessages ? message.array : []
        message.recycle()
        seen.withLock { $0.messages.append(bytes) }
    }

    func transport(_ transport: any Transport, closed error: TransportError?) {
        seen.withLock {
            $0.closedCount += 1
            $0.error = error
        }
    }

    func transport(
        _ transport: any Transport,
        placementFor head: RawSpan,
        messageCount: Int
    ) -> Placement? {
        guard let place = unsafe place, place.count == messageCount - placementHeadCount else {
            return nil
        }
        return unsafe Placement(headCount: placementHeadCount, destination: place)
    }

    func transport(_ transport: any Transport, placed head: IOBuffer, payloadCount: Int) {
        let payload = unsafe place.map { unsafe [UInt8]($0) } ?? []
        let bytes = head.array + payload
        head.recycle()
        seen.withLock {
            $0.placedCount += 1
            $0.messages.append(bytes)
        }
    }

    var messages: [[UInt8]] { seen.withLock { $0.messages } }
    var messageCount: Int { seen.withLock { $0.messages.count } }
    var closedCount: Int { seen.withLock { $0.closedCount } }
    var error: TransportError? { seen.withLock { $0.error } }
}

extension IOBuffer {
    var array: [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: base, count: count))
    }
}

/// Waits for something that another thread brings about.
func eventually(
    seconds: Int = 600,
    _ condition: () -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("it did not happen in time", sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(1))
    }
}

func onThread<Value: Sendable>(
    of reactor: Reactor,
    _ body: @escaping @Sendable () -> Value
) async -> Value {
    await withCheckedContinuation { continuation in
        reactor.post { continuation.resume(returning: body()) }
    }
}

/// A server side with as many reactors as asked for; every connection gets its own recorder.
final class TestServer: Sendable {
    let group: ReactorGroup
    let listener: TCPListener
    let fileIO: FileIOPool
    private let accepted: Accepted

    final class Accepted: Sendable {
        let list = Mutex<[(TCPTransport, Recorder)]>([])
    }

    init(
        reactorCount: Int = 1,
        options: TCPOptions = TCPOptions(),
        bufferByteCountMax: Int = BufferPool.defaultByteCountMax,
        connectionCountMax: Int = 4096,
        prepare: @escaping @Sendable (TCPTransport, Recorder) -> Void = { _, _ in }
    ) throws {
        group = try ReactorGroup(count: reactorCount, bufferByteCountMax: bufferByteCountMax)
        fileIO = FileIOPool(threadCount: 2)
        let accepted = Accepted()
        self.accepted = accepted
        listener = try TCPListener(
            on: try #require(SocketAddress(numeric: "127.0.0.1", port: 0)),
            group: group,
            options: options,
            fileIO: fileIO,
            connectionCountMax: connectionCountMax,
        ) { transport in
            let recorder = Recorder()
            prepare(transport, recorder)
            accepted.list.withLock { $0.append((transport, recorder)) }
            transport.receiver = recorder
        }
        group.start()
        listener.start()
    }

    func stop() {
        listener.stop()
        group.stop()
        fileIO.stop()
    }

    var connections: [(TCPTransport, Recorder)] { accepted.list.withLock { $0 } }

    func connection(_ number: Int = 0) async throws -> (TCPTransport, Recorder) {
        try await eventually { connections.count > number }
        return connections[number]
    }

    /// A transport of our own to this server.
    func connect(
        options: TCPOptions = TCPOptions(),
        on reactor: Reactor? = nil
    ) async throws -> (TCPTransport, Recorder) {
        let transport = try await withCheckedContinuation { continuation in
            TCPConnector.connect(
                to: "127.0.0.1",
                port: listener.address.port,
                on: reactor ?? group.reactors[0],
                fileIO: fileIO,
                options: options,
            ) { continuation.resume(returning: $0) }
        }.get()
        return (transport, Recorder())
    }
}

/// Runs `body` against a server and stops it afterwards.
func withServer(
    _ server: TestServer,
    _ body: (TestServer) async throws -> Void
) async throws {
    defer { server.stop() }
    try await body(server)
}

/// A blocking socket that sends what it is told, byte for byte.
struct RawPeer: ~Copyable {
    let descriptor: FileDescriptor

    init(descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    init(to address: SocketAddress, receiveBufferByteCount: Int32? = nil) throws {
        self.init(descriptor: try Self.connected(to: address, receiveBufferByteCount))
    }

    private static func connected(
        to address: SocketAddress,
        _ receiveBufferByteCount: Int32?
    ) throws -> FileDescriptor {
        let made = FileDescriptor(owning: try Errno.check(csystem_socket(address.family)))
        let number = made.rawValue
        if let receiveBufferByteCount {
            _ = csystem_set_option(number, SOL_SOCKET, SO_RCVBUF, receiveBufferByteCount)
        }
        _ = csystem_set_option(number, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        var storage = address.storage
        _ = csystem_fcntl(number, F_SETFL, 0)
        _ = try Errno.check(unsafe csystem_connect(number, &storage, address.byteCount))
        return made
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let result = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor.rawValue,
                    buffer.baseAddress! + sent,
                    buffer.count - sent,
                    Int32(truncatingIfNeeded: Int(MSG_NOSIGNAL)),
                )
            }
            sent += try Errno.checkC(result)
        }
    }

    /// Exactly `count` bytes, or fewer at the stream's end.
    func receive(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var received = 0
        while received < count {
            let result = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.recv(
                    descriptor.rawValue,
                    buffer.baseAddress! + received,
                    count - received,
                    0,
                )
            }
            if try Errno.checkC(result) == 0 { break }
            received += result
        }
        return Array(bytes[..<received])
    }
}

/// Compares without the list of differences that `#expect` makes, which takes minutes for
/// megabytes.
func areSame<Value: Equatable>(_ left: Value, _ right: Value) -> Bool { left == right }

/// A message with its frame.
func framed(_ message: [UInt8]) -> [UInt8] {
    let count = message.count
    return [0, UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255)] + message
}

/// Bytes that differ from place to place and from message to message.
func pattern(_ count: Int, seed: Int = 0) -> [UInt8] {
    var state = UInt32(truncatingIfNeeded: seed &* 2_654_435_761 | 1)
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        return UInt8(truncatingIfNeeded: state)
    }
}
