internal import CSystem
internal import Descriptors
internal import Glibc
public import Reactor
internal import Synchronization

/// Accepts connections and deals them out to the reactors of a group.
public final class TCPListener: ReadinessHandler, @unchecked Sendable {
    public static let defaultBacklog: Int32 = 1024
    public static let defaultConnectionCountMax = 16_384
    /// How long to leave the kernel's queue alone when the system is short of something.
    private static let shortageRetryNanoseconds: UInt64 = 100_000_000
    /// Connections accepted before the others of this reactor have their turn.
    private static let acceptsPerPass = 64

    /// Where it listens; the port is the real one when 0 was asked for.
    public let address: SocketAddress

    private let group: ReactorGroup
    private let reactor: Reactor
    private let options: TCPOptions
    private let fileIO: FileIOPool?
    private let connectionCountMax: Int
    private let connections = ConnectionCount()
    private let accepted: @Sendable (TCPTransport) -> Void
    private var descriptor: FileDescriptor?
    /// Given up for a moment when descriptors run out, so that a waiting peer can be accepted and
    /// refused rather than be left to wait and wake this thread without end.
    private var spare: FileDescriptor?
    private var registration: RegistrationID?

    /// Binds and listens; nothing is accepted before `start`. `accepted` is called on the reactor
    /// that the transport belongs to.
    public init(
        on address: SocketAddress,
        group: ReactorGroup,
        options: TCPOptions = TCPOptions(),
        fileIO: FileIOPool? = nil,
        connectionCountMax: Int = TCPListener.defaultConnectionCountMax,
        backlog: Int32 = TCPListener.defaultBacklog,
        accepted: @escaping @Sendable (TCPTransport) -> Void
    ) throws(TransportError) {
        self.group = group
        self.options = options
        self.fileIO = fileIO
        self.connectionCountMax = connectionCountMax
        self.accepted = accepted
        reactor = group.reactors[0]
        let socket = FileDescriptor(
            owning: try Self.check(csystem_socket(address.family), "socket")
        )
        _ = csystem_set_option(socket.rawValue, SOL_SOCKET, SO_REUSEADDR, 1)
        if address.family == AF_INET6 {
            _ = csystem_set_option(socket.rawValue, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0)
        }
        var storage = address.storage
        let bound = unsafe csystem_bind(socket.rawValue, &storage, address.byteCount)
        _ = try Self.check(bound, "bind to \(address)")
        _ = try Self.check(csystem_listen(socket.rawValue, backlog), "listen")
        self.address = SocketAddress.local(of: socket.rawValue) ?? address
        descriptor = consume socket
        spare = Self.openSpare()
    }

    /// How many connections are open.
    public var connectionCount: Int { connections.count }

    /// Begins to accept. Callable from any thread.
    public func start() {
        reactor.post { [self] in
            guard registration == nil, let socket = descriptor?.rawValue else { return }
            registration = try? reactor.register(
                descriptor: socket,
                events: .readable,
                handler: self,
            )
        }
    }

    /// Stops listening; connections that are open stay. Callable from any thread.
    public func stop() {
        reactor.post { [self] in
            if let registration { reactor.unregister(registration) }
            registration = nil
            descriptor = nil
            spare = nil
        }
    }

    public func ready(_ events: ReadinessSet) {
        guard let listener = descriptor?.rawValue else { return }
        for _ in 0..<Self.acceptsPerPass {
            let result = csystem_accept(listener)
            if result >= 0 {
                welcome(FileDescriptor(owning: result))
                continue
            }
            switch Errno(rawValue: -result) {
            case .interrupted, .connectionAborted: continue
            case .wouldBlock: return
            case .tooManyOpenFiles, .tooManyOpenFilesInSystem:
                if !refuseOne(listener) { return rest() }
            // Network errors of the connection itself arrive here too (accept(2)); memory may be
            // short. Neither is a reason to end.
            default: return rest()
            }
        }
    }

    private func welcome(_ socket: consuming FileDescriptor) {
        guard connections.count < connectionCountMax else { return }
        let lease = ConnectionLease(connections)
        let target = group.next()
        let number = socket.release()
        let options = options
        let fileIO = fileIO
        let accepted = accepted
        target.post {
            accepted(
                TCPTransport(
                    owning: FileDescriptor(owning: number),
                    reactor: target,
                    options: options,
                    fileIO: fileIO,
                    lease: lease,
                )
            )
        }
    }

    /// Accepts a connection in the spare's place and closes it.
    private func refuseOne(_ listener: Int32) -> Bool {
        guard spare != nil else { return false }
        spare = nil
        let result = csystem_accept(listener)
        if result >= 0 { _ = FileDescriptor(owning: result) }
        spare = Self.openSpare()
        return result >= 0
    }

    private func rest() {
        guard let registration else { return }
        reactor.modify(registration, events: [])
        _ = reactor.schedule(after: Self.shortageRetryNanoseconds) { [weak self] in
            guard let self, let current = self.registration else { return }
            if spare == nil { spare = Self.openSpare() }
            reactor.modify(current, events: .readable)
        }
    }

    private static func openSpare() -> FileDescriptor? {
        let result = csystem_eventfd()
        return result >= 0 ? FileDescriptor(owning: result) : nil
    }

    private static func check(_ result: Int32, _ call: String) throws(TransportError) -> Int32 {
        if result < 0 { throw .system(Errno(rawValue: -result), call: call) }
        return result
    }
}

/// Counts open connections across threads.
private final class ConnectionCount: Sendable {
    private let open = Atomic<Int>(0)

    var count: Int { open.load(ordering: .relaxed) }
    func add(_ difference: Int) { open.wrappingAdd(difference, ordering: .relaxed) }
}

/// One connection's place; given back when the last one who knows it lets go.
private final class ConnectionLease: Sendable {
    private let connections: ConnectionCount

    init(_ connections: ConnectionCount) {
        self.connections = connections
        connections.add(1)
    }

    deinit { connections.add(-1) }
}
