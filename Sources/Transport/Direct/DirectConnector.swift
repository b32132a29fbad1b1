internal import Descriptors
public import Reactor
internal import SMBDirect
internal import Verbs
internal import Wire

/// Connects to a host by SMB Direct, trying each of its addresses in turn.
public final class DirectConnector: DirectEventHandler, @unchecked Sendable {
    public static let defaultTimeoutNanoseconds: UInt64 = 5_000_000_000

    /// One attempt: an address and the port that is tried there.
    private struct Attempt {
        var address: SocketAddress
        /// Whether the fabric is known, and the port the right one for it.
        var isFabricKnown: Bool
    }

    private let reactor: Reactor
    private let options: DirectOptions
    private let fileIO: FileIOPool
    private let port: UInt16
    private let iwarpPort: UInt16
    private let timeoutNanoseconds: UInt64
    private let completion: @Sendable (Result<DirectTransport, TransportError>) -> Void
    private var workspace: DirectWorkspace?
    private var attempts: [Attempt] = []
    private var current: Attempt?
    private var identifier: ConnectionIdentifier?
    private var token: UInt = 0
    private var transport: DirectTransport?
    private var timer: TimerID?
    private var lastError = TransportError.connectTimedOut
    private var isFinished = false

    private init(
        reactor: Reactor,
        fileIO: FileIOPool,
        port: UInt16,
        iwarpPort: UInt16,
        options: DirectOptions,
        timeoutNanoseconds: UInt64,
        completion: @escaping @Sendable (Result<DirectTransport, TransportError>) -> Void
    ) {
        self.reactor = reactor
        self.fileIO = fileIO
        self.port = port
        self.iwarpPort = iwarpPort
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
    /// called once, on the reactor's thread, when the two ends have negotiated. On iWARP devices
    /// `iwarpPort` is tried first, and `port` after it (MS-SMBD 1.9). The time limit holds for each
    /// attempt.
    public static func connect(
        to host: String,
        port: UInt16 = 445,
        iwarpPort: UInt16 = 5445,
        on reactor: Reactor,
        fileIO: FileIOPool,
        options: DirectOptions = DirectOptions(),
        timeoutNanoseconds: UInt64 = DirectConnector.defaultTimeoutNanoseconds,
        completion: @escaping @Sendable (Result<DirectTransport, TransportError>) -> Void
    ) {
        let connector = DirectConnector(
            reactor: reactor,
            fileIO: fileIO,
            port: port,
            iwarpPort: iwarpPort,
            options: options,
            timeoutNanoseconds: timeoutNanoseconds,
            completion: completion,
        )
        reactor.post { connector.resolve(host) }
    }

    private func resolve(_ host: String) {
        do throws(TransportError) {
            workspace = try DirectWorkspace.of(reactor)
        } catch {
            return finish(.failure(error))
        }
        SocketAddress.lookUp(host, port: port, on: reactor, fileIO: fileIO) { [self] result in
            switch result {
            case .success(let found):
                attempts = found.map { Attempt(address: $0, isFabricKnown: false) }
                attemptNext()
            case .failure(let error):
                finish(.failure(error))
            }
        }
    }

    private func attemptNext() {
        letGo()
        guard let workspace, let attempt = attempts.popLast() else {
            return finish(.failure(lastError))
        }
        current = attempt
        timer = reactor.schedule(after: timeoutNanoseconds) { [self] in
            timer = nil
            lastError = .connectTimedOut
            attemptNext()
        }
        do throws(VerbsError) {
            let identifier = try ConnectionIdentifier(on: workspace.channel)
            self.identifier = identifier
            token = workspace.token(for: self)
            identifier.token = token
            try identifier.resolve(
                attempt.address.network,
                timeoutMilliseconds: timeoutMilliseconds,
            )
        } catch {
            attemptFailed(TransportError(error))
        }
    }

    private var timeoutMilliseconds: Int32 { Int32(clamping: timeoutNanoseconds / 1_000_000) }

    private func attemptFailed(_ error: TransportError) {
        lastError = error
        attemptNext()
    }

    /// The events until the queue pair exists; then the transport takes them.
    func connectionEvent(_ event: ConnectionEvent) {
        guard let identifier else { return }
        do throws(VerbsError) {
            switch event.kind {
            case .addressResolved:
                guard try chooseFabric(identifier) else { return attemptNext() }
                try identifier.setAcknowledgeTimeout(options.acknowledgeTimeoutExponent)
                try identifier.resolveRoute(timeoutMilliseconds: timeoutMilliseconds)
            case .routeResolved:
                // At the port that it is to be asked at itself, it may be siw that listens.
                guard try DirectDevice.device(of: identifier).device.isSoftIWARP,
                    current?.address.port != port
                else { return try connect(identifier) }
                connectOnceReached(identifier)
            case .addressFailed, .routeFailed:
                attemptFailed(.system(.networkUnreachable, call: "rdma_resolve_addr"))
            case .deviceRemoved:
                attemptFailed(.fabric(reason: "the device is gone"))
            default:
                break
            }
        } catch {
            attemptFailed(TransportError(error))
        }
    }

    /// Now the device is known, and with it the port. Answers false when another one is to be
    /// tried.
    private func chooseFabric(_ identifier: ConnectionIdentifier) throws(VerbsError) -> Bool {
        let device = try DirectDevice.device(of: identifier)
        // Addresses outlive their link. See `DirectPartings` for what a request would do to rxe.
        guard try !device.requireContext().isDown(port: identifier.portNumber) else {
            throw VerbsError(.networkUnreachable, call: "rdma_resolve_addr")
        }
        guard let current, !current.isFabricKnown, device.device.fabric == .iwarp,
            iwarpPort != port
        else { return true }
        var other = current
        other.isFabricKnown = true
        attempts.append(other)
        other.address = current.address.with(port: iwarpPort)
        attempts.append(other)
        return false
    }

    /// siw connects while the caller waits, for minutes where nothing comes back, and destroys no
    /// queue pair meanwhile: this thread's other connections would wait too. So it is tried by TCP
    /// first whether the host answers at all, be it that nobody listens. Never at the port that siw
    /// itself listens at: siw of Linux 6.1 does not bear connections that end at once, its machine
    /// may die of one.
    private func connectOnceReached(_ identifier: ConnectionIdentifier) {
        guard let address = current?.address else { return }
        TCPConnector.connect(
            to: address.host,
            port: port,
            on: reactor,
            fileIO: fileIO,
            timeoutNanoseconds: timeoutNanoseconds,
        ) { [weak self] result in
            if case .success(let reached) = result { reached.close(flushing: false) }
            guard let self, identifier === self.identifier else { return }
            do throws(VerbsError) {
                switch result {
                case .success, .failure(.system(.connectionRefused, _)): try connect(identifier)
                case .failure(let error): attemptFailed(error)
                }
            } catch {
                attemptFailed(TransportError(error))
            }
        }
    }

    private func connect(_ identifier: ConnectionIdentifier) throws(VerbsError) {
        guard let workspace, let current else { return }
        let device = try DirectDevice.device(of: identifier)
        let capabilities = device.device.capabilities
        do throws(TransportError) {
            let domain: DirectDomain
            do throws(VerbsError) {
                domain = try device.clientDomain(for: current.address.hostBytes)
            } catch {
                throw TransportError(error)
            }
            let setup = try DirectSetup(
                role: .initiator,
                identifier: identifier,
                domain: domain,
                workspace: workspace,
                options: options,
                initiatorDepth: 0,
            )
            workspace.forget(token)
            let made = DirectTransport(
                setup: setup,
                reactor: reactor,
                workspace: workspace,
                options: options,
                fileIO: fileIO,
                lease: nil,
            )
            transport = made
            self.identifier = nil
            made.handshakeEnded = { [self] result in handshakeEnded(result) }
            try made.begin()
            // This end reads nothing of the server's; none at all is refused (MS-SMBD 6.2).
            var parameters = ConnectionParameters(
                responderResources: UInt8(
                    clamping: min(options.responderResources, capabilities.responderResourcesMax)
                ),
                initiatorDepth: 1,
            )
            parameters.retryCount = options.retryCount
            if device.device.fabric == .iwarp {
                let depths = ReadDepths(
                    incoming: UInt32(parameters.responderResources),
                    outgoing: UInt32(parameters.initiatorDepth),
                )
                var writer = WireWriter()
                depths.encode(to: &writer)
                parameters.privateData = writer.finish()
            }
            do throws(VerbsError) {
                try identifier.connect(parameters)
            } catch {
                throw TransportError(error)
            }
        } catch {
            attemptFailed(error)
        }
    }

    private func handshakeEnded(_ result: Result<DirectTransport, TransportError>) {
        transport = nil
        switch result {
        case .success(let transport): finish(.success(transport))
        case .failure(let error): attemptFailed(error)
        }
    }

    private func letGo() {
        if let timer { reactor.cancel(timer) }
        timer = nil
        if identifier != nil { workspace?.forget(token) }
        identifier = nil
        if let transport {
            self.transport = nil
            transport.handshakeEnded = nil
            transport.close(flushing: false)
        }
    }

    private func finish(_ result: Result<DirectTransport, TransportError>) {
        guard !isFinished else { return }
        isFinished = true
        letGo()
        completion(result)
    }
}
