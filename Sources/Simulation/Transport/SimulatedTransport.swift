public import Reactor
internal import SMBDirect
internal import Synchronization
public import Transport

/// One end of a connection in memory, between any two reactors.
///
/// As a channel of SMB Direct it places bulk data by copies that make every check of a device:
/// token, range, right. A wrong one ends the connection for both ends. As one of TCP it only
/// carries messages.
@safe public final class SimulatedTransport: Transport, @unchecked Sendable {
    public let capabilities: TransportCapabilities
    public let peerDescription: String
    // Confined to the reactor's thread.
    private var currentReceiver: (any TransportReceiver)?
    var isPaused = false
    var isClosed = false
    var memory: SimulatedMemory
    var quarantined: [IOBuffer] = []
    var fetches: [SimulatedFetch] = []
    // Set before the first message.
    var peer: SimulatedTransport?
    /// What is between the ends; nil when nothing is.
    var wire: (any SimulatedWire)? { didSet { isWired = true } }
    private(set) var isWired = false
    /// The device is done: nothing reaches this end's memory any more.
    var isDrained = false
    /// A sabotage: memory that the peer may still reach is used again at once.
    var recyclesQuarantined = false
    // Any thread.
    let arrivals = Mutex(RingBuffer<SimulatedItem>())
    private let home: Mutex<Reactor>
    let queued = Atomic<Int>(0)

    private static let nextFirstToken = Atomic<UInt32>(0x100)

    init(reactor: Reactor, capabilities: TransportCapabilities, peerDescription: String) {
        home = Mutex(reactor)
        self.capabilities = capabilities
        self.peerDescription = peerDescription
        let token = Self.nextFirstToken.wrappingAdd(1 << 20, ordering: .relaxed).oldValue
        memory = SimulatedMemory(firstToken: token)
    }

    /// Both ends of a connection. Each is used on the thread of its reactor alone.
    public static func pair(
        _ first: Reactor,
        _ second: Reactor,
        capabilities: TransportCapabilities = .simulatedDirect
    ) -> (SimulatedTransport, SimulatedTransport) {
        let left = SimulatedTransport(
            reactor: first,
            capabilities: capabilities,
            peerDescription: "simulated:\(second.name)"
        )
        let right = SimulatedTransport(
            reactor: second,
            capabilities: capabilities,
            peerDescription: "simulated:\(first.name)"
        )
        (left.peer, right.peer) = (right, left)
        return (left, right)
    }

    public var reactor: Reactor { home.withLock { $0 } }

    public var receiver: (any TransportReceiver)? {
        get { currentReceiver }
        set {
            currentReceiver = newValue
            if newValue != nil { drainSoon() }
        }
    }

    public var queuedByteCount: Int {
        wire?.queuedByteCount(of: self) ?? queued.load(ordering: .relaxed)
    }

    /// Accesses by the peer to memory that had been given back already: a bug of this end.
    public var staleAccessCount: Int { memory.staleAccessCount }

    /// Accesses by the peer that were refused: a bug of either end.
    public internal(set) var refusalCount = 0

    public func takeScratch() -> [UInt8] { [] }

    public func pauseReceiving() { isPaused = true }

    public func resumeReceiving() {
        isPaused = false
        drainSoon()
    }

    public func send(_ message: consuming OutboundMessage) {
        let count = message.payload.count
        if let destination = message.destination, count > 0 {
            guard case .buffer(let buffer, let offset, _) = message.payload else {
                preconditionFailure("only a buffer can be placed")
            }
            precondition(capabilities.placesRemotely && destination.byteCount >= count)
            precondition(isRegistered(buffer), "the device does not know this memory")
            put(.write(buffer, offset: offset, count: count, destination))
            message.payload = .none
        }
        precondition(message.byteCount <= capabilities.messageByteCountMax)
        put(.message(message))
    }

    public func close(flushing: Bool) {
        guard !isClosed else { return }
        isClosed = true
        reactor.post { [self] in tell(nil) }
        if let wire { return wire.closed(self, flushing: flushing) }
        hand(.end(nil))
        reactor.post { [self] in drained() }
    }

    public func move(to reactor: Reactor, arrived: @escaping @Sendable () -> Void) {
        home.withLock { $0 = reactor }
        reactor.post { [self] in
            arrived()
            drain()
        }
    }

    /// Hands something to the other end, behind all that was handed over before.
    func put(_ item: SimulatedItem) {
        guard !isClosed else { return item.discard() }
        if let wire { wire.carry(item, from: self) } else { hand(item) }
    }

    private func hand(_ item: SimulatedItem) {
        guard let peer else { return item.discard() }
        queued.wrappingAdd(item.byteCount, ordering: .relaxed)
        peer.accept(item)
    }

    /// Something arrived at this end. Callable from any thread.
    func accept(_ item: SimulatedItem) {
        arrivals.withLock { $0.append(item) }
        drainSoon()
    }
}

extension TransportCapabilities {
    /// Those of a channel of SMB Direct with our own limits.
    public static let simulatedDirect = TransportCapabilities(
        messageByteCountMax: 1 << 20,
        placesRemotely: true,
        placementByteCountMax: 8 << 20
    )

    /// Those of a connection of TCP.
    public static let simulatedTCP = TransportCapabilities(
        messageByteCountMax: BufferPool.largestCapacity,
        placesRemotely: false
    )
}
