internal import Descriptors
internal import Reactor
internal import SMBDirect
internal import Synchronization
internal import Transport

/// The two kinds of devices, and where they listen in the lab.
enum LabFabric: String, CaseIterable {
    case rxe = "10.9.0.1"
    case siw = "10.9.1.1"

    var host: String { rawValue }
}

/// Waits for something that another thread brings about.
func eventually(
    _ what: String,
    seconds: Int = 120,
    line: Int = #line,
    _ condition: () -> Bool
) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !condition() {
        guard ContinuousClock.now < deadline else {
            throw LabFailure("line \(line): not within \(seconds) s: \(what)")
        }
        pause(milliseconds: 1)
    }
}

/// One end of a connection under test: what it received, and what it does with it.
final class LabEnd: TransportReceiver, TransportFetcher, @unchecked Sendable {
    struct Seen {
        var messages: [[UInt8]] = []
        var messageCount = 0
        var byteCount = 0
        var closedCount = 0
        var error: TransportError?
        var fetched: [Int] = []
        var fetchErrors: [Int] = []
    }

    let seen = Mutex(Seen())
    /// Called on the reactor's thread before the message is recorded.
    let onMessage: (@Sendable (LabEnd, any Transport, IOBuffer) -> Void)?
    let onFetched: (@Sendable (LabEnd, Int, TransportError?) -> Void)?
    let keepsMessages: Bool
    nonisolated(unsafe) var transport: DirectTransport?

    init(
        keepsMessages: Bool = true,
        onFetched: (@Sendable (LabEnd, Int, TransportError?) -> Void)? = nil,
        onMessage: (@Sendable (LabEnd, any Transport, IOBuffer) -> Void)? = nil
    ) {
        self.keepsMessages = keepsMessages
        self.onMessage = onMessage
        self.onFetched = onFetched
    }

    func transport(_ transport: any Transport, received message: IOBuffer) {
        onMessage?(self, transport, message)
        let bytes = keepsMessages ? message.array : []
        let count = message.count
        message.recycle()
        seen.withLock { seen in
            seen.messageCount += 1
            seen.byteCount += count
            if keepsMessages { seen.messages.append(bytes) }
        }
    }

    func transport(_ transport: any Transport, closed error: TransportError?) {
        unsafe self.transport = nil
        seen.withLock { seen in
            seen.closedCount += 1
            seen.error = error
        }
    }

    func fetched(token: Int, error: TransportError?) {
        onFetched?(self, token, error)
        seen.withLock { seen in
            if error == nil { seen.fetched.append(token) } else { seen.fetchErrors.append(token) }
        }
    }

    var messageCount: Int { seen.withLock { $0.messageCount } }
    var byteCount: Int { seen.withLock { $0.byteCount } }
    var messages: [[UInt8]] { seen.withLock { $0.messages } }
    var closedCount: Int { seen.withLock { $0.closedCount } }
    var error: TransportError? { seen.withLock { $0.error } }
}

extension IOBuffer {
    var array: [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Bytes that tell where they are and which buffer they belong to.
    func fill(seed: Int, count wanted: Int) {
        let bytes = unsafe UnsafeMutableRawBufferPointer(start: base, count: wanted)
        for index in 0..<wanted { unsafe bytes[index] = LabPattern.byte(seed: seed, at: index) }
        count = wanted
    }
}

enum LabPattern {
    static func byte(seed: Int, at index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: (index &* 7) &+ (index >> 8) &* 13 &+ seed &* 31)
    }

    static func bytes(seed: Int, count: Int) -> [UInt8] {
        (0..<count).map { byte(seed: seed, at: $0) }
    }
}

/// A listener, connectors, and the reactors of both.
final class LabPair: @unchecked Sendable {
    let group: ReactorGroup
    let clients: ReactorGroup
    let fileIO = FileIOPool()
    let listener: DirectListener
    let port: UInt16
    let iwarpPort: UInt16

    private static let nextPort = Atomic<UInt16>(20_000)

    init(
        options: DirectOptions = DirectOptions(),
        serverEnd: @escaping @Sendable () -> LabEnd = { LabEnd() }
    ) throws {
        group = try ReactorGroup(count: 2)
        clients = try ReactorGroup(count: 1)
        let port = Self.nextPort.wrappingAdd(2, ordering: .relaxed).newValue
        self.port = port
        iwarpPort = port + 1
        let servers = Accepted()
        accepted = servers
        listener = DirectListener(
            group: group,
            options: options,
            fileIO: fileIO,
            port: port,
            iwarpPort: port + 1,
        ) { transport in
            let end = serverEnd()
            unsafe end.transport = transport
            servers.ends.withLock { $0.append(end) }
            transport.receiver = end
        }
        group.start()
        clients.start()
        listener.start()
        try eventually("the listener finds both devices") { listener.interfaces.count >= 2 }
    }

    private let accepted: Accepted
    private let made = Accepted()

    private final class Accepted: Sendable {
        let ends = Mutex<[LabEnd]>([])
    }

    /// Connections that the listener has accepted, in their order.
    var ends: [LabEnd] { accepted.ends.withLock { $0 } }

    /// Connects; the end has its transport when this returns.
    func connect(
        _ fabric: LabFabric,
        _ end: LabEnd = LabEnd(),
        options: DirectOptions = DirectOptions()
    ) throws -> LabEnd {
        let shared = Shared()
        DirectConnector.connect(
            to: fabric.host,
            port: port,
            iwarpPort: iwarpPort,
            on: clients.next(),
            fileIO: fileIO,
            options: options,
        ) { outcome in
            switch outcome {
            case .success(let transport):
                unsafe end.transport = transport
                transport.receiver = end
                shared.result.withLock { $0 = .success(()) }
            case .failure(let error):
                shared.result.withLock { $0 = .failure(error) }
            }
        }
        try eventually("a connection over \(fabric)") { shared.result.withLock { $0 != nil } }
        try shared.result.withLock { try $0?.get() }
        made.ends.withLock { $0.append(end) }
        return end
    }

    private final class Shared: Sendable {
        let result = Mutex<Result<Void, TransportError>?>(nil)
    }

    /// Ends everything, and waits until the library's objects are gone.
    func stop() {
        listener.stop()
        for end in ends + made.ends.withLock({ $0 }) {
            guard let transport = unsafe end.transport else { continue }
            transport.reactor.post { transport.close(flushing: false) }
            try? eventually("closed") { end.closedCount > 0 }
        }
        group.stop()
        clients.stop()
        fileIO.stop()
    }
}

/// Runs a closure on the reactor of an end's transport, and waits for it.
func onReactor<Value: Sendable>(
    of end: LabEnd,
    _ body: @escaping @Sendable (DirectTransport) -> Value
) throws -> Value {
    guard let transport = unsafe end.transport else { throw LabFailure("the transport is gone") }
    let box = Box<Value>()
    transport.reactor.post { box.value.withLock { $0 = body(transport) } }
    try eventually("a job on a reactor") { box.value.withLock { $0 != nil } }
    guard let value = box.value.withLock({ $0 }) else { throw LabFailure("no value") }
    return value
}

private final class Box<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
