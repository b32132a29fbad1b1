internal import CSystem
internal import Descriptors
internal import Glibc
public import Reactor

/// Connects to a host, trying each of its addresses in turn.
public final class TCPConnector: ReadinessHandler, @unchecked Sendable {
    public static let defaultTimeoutNanoseconds: UInt64 = 10_000_000_000

    private let reactor: Reactor
    private let options: TCPOptions
    private let fileIO: FileIOPool
    private let timeoutNanoseconds: UInt64
    private let completion: @Sendable (Result<TCPTransport, TransportError>) -> Void
    private var addresses: [SocketAddress] = []
    private var socket: FileDescriptor?
    private var registration: RegistrationID?
    private var timer: TimerID?
    private var lastError = TransportError.connectTimedOut
    /// An address was tried: one that this machine has no way to, of a family perhaps that it does
    /// not speak, says no more about the host than that one did.
    private var wasTried = false
    private var isFinished = false

    private init(
        reactor: Reactor,
        fileIO: FileIOPool,
        options: TCPOptions,
        timeoutNanoseconds: UInt64,
        completion: @escaping @Sendable (Result<TCPTransport, TransportError>) -> Void
    ) {
        self.reactor = reactor
        self.fileIO = fileIO
        // Whoever asks bounds what it asks for. Two ends that both stopped receiving while their
        // own messages wait would wait for ever.
        var unbounded = options
        unbounded.heldByteCountMax = .max
        unbounded.queuedMessageCountMax = .max
        self.options = unbounded
        self.timeoutNanoseconds = timeoutNanoseconds
        self.completion = completion
    }

    /// Callable from any thread. The name is looked up on a thread of `fileIO`; `completion` is
    /// called once, on the reactor's thread. The time limit holds for each address.
    public static func connect(
        to host: String,
        port: UInt16,
        on reactor: Reactor,
        fileIO: FileIOPool,
        options: TCPOptions = TCPOptions(),
        timeoutNanoseconds: UInt64 = TCPConnector.defaultTimeoutNanoseconds,
        completion: @escaping @Sendable (Result<TCPTransport, TransportError>) -> Void
    ) {
        let connector = TCPConnector(
            reactor: reactor,
            fileIO: fileIO,
            options: options,
            timeoutNanoseconds: timeoutNanoseconds,
            completion: completion,
        )
        reactor.post { connector.resolve(host, port) }
    }

    private func resolve(_ host: String, _ port: UInt16) {
        SocketAddress.lookUp(host, port: port, on: reactor, fileIO: fileIO) { [self] result in
            switch result {
            case .success(let found):
                addresses = found
                connectNext()
            case .failure(let error):
                finish(.failure(error))
            }
        }
    }

    private func connectNext() {
        letGo()
        guard let address = addresses.popLast() else { return finish(.failure(lastError)) }
        do throws(Errno) {
            let descriptor = FileDescriptor(
                owning: try Errno.check(csystem_socket(address.family))
            )
            let number = descriptor.rawValue
            socket = consume descriptor
            var storage = address.storage
            let result = unsafe csystem_connect(number, &storage, address.byteCount)
            if result < 0 && -result != EINPROGRESS { throw Errno(rawValue: -result) }
            registration = try reactor.register(
                descriptor: number,
                events: .writable,
                handler: self,
            )
        } catch {
            if !wasTried { lastError = .system(error, call: "connect to \(address)") }
            return connectNext()
        }
        timer = reactor.schedule(after: timeoutNanoseconds) { [self] in
            timer = nil
            fail(.connectTimedOut)
        }
    }

    public func ready(_ events: ReadinessSet) {
        guard let number = socket?.rawValue else { return }
        let error = csystem_get_option(number, SOL_SOCKET, SO_ERROR)
        guard error == 0 else {
            return fail(.system(Errno(rawValue: abs(error)), call: "connect"))
        }
        let descriptor = socket.take()
        letGo()
        guard let descriptor else { return }
        let transport = TCPTransport(
            owning: descriptor,
            reactor: reactor,
            options: options,
            fileIO: fileIO,
        )
        finish(.success(transport))
    }

    /// Of the address that is being tried.
    private func fail(_ error: TransportError) {
        lastError = error
        wasTried = true
        connectNext()
    }

    private func letGo() {
        if let timer { reactor.cancel(timer) }
        timer = nil
        if let registration { reactor.unregister(registration) }
        registration = nil
        socket = nil
    }

    private func finish(_ result: Result<TCPTransport, TransportError>) {
        guard !isFinished else { return }
        isFinished = true
        completion(result)
    }
}
