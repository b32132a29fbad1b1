internal import Descriptors
public import Reactor
internal import SMBDirect
internal import Synchronization
internal import Verbs

/// Accepts SMB Direct connections on every RDMA device there is, and deals them out to the reactors
/// of a group. Devices and addresses may come and go: it looks about once a second.
public final class DirectListener: @unchecked Sendable {
    public static let defaultBacklog: Int32 = 128
    public static let defaultConnectionCountMax = 4096
    /// Peers that have not negotiated yet; each has `DirectOptions.handshakeNanoseconds`.
    public static let defaultHandshakeCountMax = 256
    public static let rescanNanoseconds: UInt64 = 1_000_000_000

    let group: ReactorGroup
    let reactor: Reactor
    let options: DirectOptions
    let fileIO: FileIOPool
    let port: UInt16
    let iwarpPort: UInt16
    private let backlog: Int32
    private let connectionCountMax: Int
    private let handshakeCountMax: Int
    private let refused: @Sendable (_ peer: String, _ reason: TransportError) -> Void
    private let accepted: @Sendable (DirectTransport) -> Void
    private let connections = DirectCount()
    private let handshakes = DirectCount()
    private let snapshot = Mutex<[DirectInterface]>([])
    /// Reactors that are ready for connections.
    private let targets = Mutex<[Target]>([])
    /// Those that connections to the endpoints belong to, and outlive.
    let domains = Mutex<[DirectDomain]>([])

    // Of the first reactor's thread.
    var workspace: DirectWorkspace?
    var endpoints: [DirectEndpoint] = []
    private var turn = 0
    private var isRunning = false

    struct Target {
        let reactor: Reactor
        let channel: ConnectionChannel
    }

    /// Listens on `port`, and on `iwarpPort` where a device speaks iWARP, whose ports are those of
    /// TCP. Nothing is accepted before `start`. `accepted` is called with connections that have
    /// negotiated, on the reactor that they belong to, and `refused` for those that did not.
    public init(
        group: ReactorGroup,
        options: DirectOptions = DirectOptions(),
        fileIO: FileIOPool,
        port: UInt16 = 445,
        iwarpPort: UInt16 = 5445,
        connectionCountMax: Int = DirectListener.defaultConnectionCountMax,
        handshakeCountMax: Int = DirectListener.defaultHandshakeCountMax,
        backlog: Int32 = DirectListener.defaultBacklog,
        refused: @escaping @Sendable (_ peer: String, _ reason: TransportError) -> Void = { _, _ in
        },
        accepted: @escaping @Sendable (DirectTransport) -> Void
    ) {
        self.group = group
        reactor = group.reactors[0]
        self.options = options
        self.fileIO = fileIO
        self.port = port
        self.iwarpPort = iwarpPort
        self.connectionCountMax = connectionCountMax
        self.handshakeCountMax = handshakeCountMax
        self.backlog = backlog
        self.refused = refused
        self.accepted = accepted
    }

    /// Where connections can come in at the moment. Callable from any thread.
    public var interfaces: [DirectInterface] { snapshot.withLock { $0 } }

    /// How many connections are open, or about to be.
    public var connectionCount: Int { connections.count }

    /// Begins to accept. Callable from any thread.
    public func start() {
        for target in group.reactors {
            target.post { [self] in
                guard let workspace = try? DirectWorkspace.of(target) else { return }
                let entry = Target(reactor: target, channel: workspace.channel)
                targets.withLock { $0.append(entry) }
            }
        }
        reactor.post { [self] in
            guard !isRunning else { return }
            isRunning = true
            rescan()
        }
    }

    /// Stops listening; connections that are open stay. Callable from any thread.
    public func stop() {
        reactor.post { [self] in
            isRunning = false
            for endpoint in endpoints { endpoint.close() }
            endpoints = []
            targets.withLock { $0 = [] }
            snapshot.withLock { $0 = [] }
            domains.withLock { $0 = [] }
        }
    }

    // MARK: - Devices

    /// Looks for devices on a thread that may wait, and goes on here.
    private func rescan() {
        guard isRunning else { return }
        let submitted = fileIO.submit(for: reactor) {
            DirectScan.addresses()
        } completion: { [self] found in
            if isRunning { adopt(found) }
        }
        if !submitted { scheduleRescan() }
    }

    private func scheduleRescan() {
        _ = reactor.schedule(after: Self.rescanNanoseconds) { [weak self] in self?.rescan() }
    }

    private func adopt(_ found: [DirectScan.Entry]) {
        // A machine may get its drivers later.
        if workspace == nil && !found.isEmpty { workspace = try? DirectWorkspace.of(reactor) }
        endpoints.removeAll { endpoint in
            let isStale = !found.contains(endpoint.entry) || endpoint.isClosed
            if isStale { endpoint.close() }
            return isStale
        }
        if let workspace {
            for entry in found where !endpoints.contains(where: { $0.entry == entry }) {
                let endpoint = try? DirectEndpoint(
                    entry: entry,
                    port: entry.fabric == .iwarp ? iwarpPort : port,
                    backlog: backlog,
                    workspace: workspace,
                    listener: self,
                )
                if let endpoint { endpoints.append(endpoint) }
            }
        }
        publish()
        DirectDevice.closeLost()
        scheduleRescan()
    }

    private func publish() {
        var list: [DirectInterface] = []
        for endpoint in endpoints {
            let entry = endpoint.entry
            let host = entry.address.host
            if let place = list.firstIndex(where: { $0.device == entry.device.name }) {
                list[place].addresses.append(host)
                continue
            }
            list.append(
                DirectInterface(
                    device: entry.device.name,
                    fabric: entry.fabric,
                    interface: entry.interface,
                    interfaceIndex: entry.interfaceIndex,
                    addresses: [host],
                    port: endpoint.port,
                    bitsPerSecond: entry.bitsPerSecond,
                )
            )
        }
        snapshot.withLock { $0 = list }
        var present: [DirectDomain] = []
        for endpoint in endpoints {
            guard let domain = endpoint.domain else { continue }
            if !present.contains(where: { $0 === domain }) { present.append(domain) }
        }
        domains.withLock { $0 = present }
    }

    // MARK: - Connections

    /// A peer asks: another reactor answers it.
    func welcome(_ event: ConnectionEvent, on device: DirectDevice) {
        guard let identifier = event.identifier else { return }
        let candidates = targets.withLock { $0 }
        guard isRunning, !candidates.isEmpty, connections.count < connectionCountMax,
            handshakes.count < handshakeCountMax
        else { return identifier.reject() }
        let target = candidates[turn % candidates.count]
        turn &+= 1
        if target.reactor !== reactor {
            guard (try? identifier.move(to: target.channel)) != nil else {
                return identifier.reject()
            }
        }
        let lease = DirectLease(connections)
        let handshake = DirectLease(handshakes)
        let offer = DirectOffer(event)
        target.reactor.post { [self] in
            do throws(TransportError) {
                try accept(identifier, offer, device, target.reactor, lease, handshake)
            } catch {
                let peer = DirectSetup.describe(identifier, device.device)
                identifier.reject()
                refused(peer, error)
            }
        }
    }

    private func accept(
        _ identifier: ConnectionIdentifier,
        _ offer: DirectOffer,
        _ device: DirectDevice,
        _ target: Reactor,
        _ lease: DirectLease,
        _ handshake: DirectLease
    ) throws(TransportError) {
        let workspace = try DirectWorkspace.of(target)
        guard let terms = offer.terms(on: device.device, options: options) else {
            throw .fabric(reason: "the peer answers no RDMA READ")
        }
        let domain: DirectDomain
        do throws(VerbsError) {
            domain = try device.serverDomain()
        } catch {
            throw TransportError(error)
        }
        let setup = try DirectSetup(
            role: .acceptor,
            identifier: identifier,
            domain: domain,
            workspace: workspace,
            options: options,
            initiatorDepth: Int(terms.initiatorDepth),
        )
        let transport = DirectTransport(
            setup: setup,
            reactor: target,
            workspace: workspace,
            options: options,
            fileIO: fileIO,
            lease: lease,
        )
        let (accepted, refused, peer) = (accepted, refused, transport.peerDescription)
        transport.handshakeEnded = { result in
            _ = handshake
            switch result {
            case .success(let transport): accepted(transport)
            case .failure(let error): refused(peer, error)
            }
        }
        do throws(TransportError) {
            try transport.begin()
            do throws(VerbsError) {
                try identifier.accept(terms)
            } catch {
                throw TransportError(error)
            }
        } catch {
            transport.fail(error)
        }
    }
}
