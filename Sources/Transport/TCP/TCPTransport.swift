internal import CSystem
public import Descriptors
internal import Glibc
public import Reactor

/// SMB messages over a TCP connection.
///
/// Sends and receives without blocking on its reactor's thread. An idle connection holds no
/// buffers; a busy one holds the message it is receiving and what is queued for its peer.
@safe public final class TCPTransport: Transport, @unchecked Sendable {
    enum State: Equatable {
        /// Connected, but nobody listens yet.
        case idle
        case open
        /// On the way to another reactor.
        case moving
        /// Sends what is queued and receives nothing more.
        case flushing
        /// Everything was sent; waits for the peer to close, so that nothing is lost on the way.
        case draining
        case closed
    }

    public let options: TCPOptions
    public internal(set) var reactor: Reactor
    public internal(set) var queuedByteCount = 0
    let fileIO: FileIOPool?
    /// Released when the connection is over: the listener counts connections by it.
    var lease: AnyObject?
    var workspace: TCPWorkspace
    var state = State.idle
    var descriptor: FileDescriptor?
    let socket: Int32
    var registration: RegistrationID?
    private var currentReceiver: (any TransportReceiver)?
    private var isPassScheduled = false
    var flushTimer: TimerID?
    var closingError: TransportError?
    var moveTarget: Reactor?
    var moveArrived: (@Sendable () -> Void)?

    // Receiving.
    var isPaused = false
    var isStarved = false
    var inbound = TCPInbound()
    var lowWater: Int32 = 1

    // Sending.
    var outbound = RingBuffer<TCPOutboundEntry>()
    /// Memory that queued messages hold.
    var heldByteCount = 0
    var headChunk: IOBuffer?
    var sentOfFirst = 0
    var piece = TCPFilePiece()
    /// The first message's file cannot be sent without being read.
    var refusesSendfile = false
    var isWriteBlocked = false
    var isCongested = false
    var sendBudget: Int

    /// Takes over a connected, non-blocking socket. Must be called on the reactor's thread, or
    /// before anything else uses the transport.
    public init(
        owning descriptor: consuming FileDescriptor,
        reactor: Reactor,
        options: TCPOptions = TCPOptions(),
        fileIO: FileIOPool? = nil,
        lease: AnyObject? = nil
    ) {
        socket = descriptor.rawValue
        self.descriptor = consume descriptor
        self.reactor = reactor
        self.options = options
        self.fileIO = fileIO
        self.lease = lease
        workspace = reactor.attachment { TCPWorkspace() }
        sendBudget = options.budgetPerPass
        _ = csystem_set_option(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        _ = csystem_set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
        if SocketAddress.isSameHost(socket) {
            let byteCount = Int32(clamping: options.sameHostSendBufferByteCount)
            if byteCount > 0 { _ = csystem_set_option(socket, SOL_SOCKET, SO_SNDBUF, byteCount) }
            if options.pacesNotOnSameHost {
                _ = unsafe csystem_set_congestion_control(socket, "reno")
            }
        }
    }

    public var capabilities: TransportCapabilities {
        TransportCapabilities(
            messageByteCountMax: options.messageByteCountMax,
            placesRemotely: false,
        )
    }

    public var peerDescription: String {
        SocketAddress.peer(of: socket)?.description ?? "a peer that has gone"
    }

    public var receiver: (any TransportReceiver)? {
        get { currentReceiver }
        set {
            currentReceiver = newValue
            guard state == .idle, newValue != nil else { return }
            state = .open
            registerSocket()
            if !outbound.isEmpty { schedulePass() }
        }
    }

    public func takeScratch() -> [UInt8] { workspace.takeHead() }

    public func pauseReceiving() {
        isPaused = true
        updateInterest()
    }

    public func resumeReceiving() {
        guard isPaused else { return }
        isPaused = false
        if inbound.hasBacklog { schedulePass() }
        updateInterest()
    }

    public func move(to target: Reactor, arrived: @escaping @Sendable () -> Void) {
        guard target !== reactor, state == .open || state == .idle else {
            reactor.post(arrived)
            return
        }
        state = .moving
        if let registration { reactor.unregister(registration) }
        registration = nil
        moveTarget = target
        moveArrived = arrived
        schedulePass()
    }

    // MARK: - The reactor's calls

    func registerSocket() {
        do throws(Errno) {
            registration = try reactor.register(
                descriptor: socket,
                events: wantedEvents,
                handler: self,
            )
        } catch {
            fail(.system(error, call: "epoll_ctl"))
        }
    }

    private var wantedEvents: ReadinessSet {
        var events: ReadinessSet = []
        if isReceiving || state == .draining { events.insert(.readable) }
        if isWriteBlocked { events.insert(.writable) }
        return events
    }

    func updateInterest() {
        if let registration { reactor.modify(registration, events: wantedEvents) }
    }

    /// Asks for `endOfPass`, once per pass.
    func schedulePass() {
        guard !isPassScheduled else { return }
        isPassScheduled = true
        reactor.runAtEndOfPass(self)
    }

    /// Tells the receiver that the connection is over.
    private func reportClosed() {
        guard let receiver = currentReceiver else { return }
        currentReceiver = nil
        receiver.transport(self, closed: closingError)
    }

    /// Leaves this thread. Nothing here may be touched afterwards.
    private func depart() {
        guard !piece.isReading, let target = moveTarget, let arrived = moveArrived else { return }
        moveTarget = nil
        moveArrived = nil
        target.post { [self] in
            reactor = target
            workspace = target.attachment { TCPWorkspace() }
            let wasStarved = isStarved
            isStarved = false
            state = currentReceiver == nil ? .idle : .open
            if wasStarved { retryAfterStarvation() }
            arrived()
            guard state == .open, registration == nil else { return }
            registerSocket()
            schedulePass()
        }
    }
}

extension TCPTransport: ReadinessHandler, PassHandler {
    public func ready(_ events: ReadinessSet) {
        if events.contains(.writable) {
            isWriteBlocked = false
            flush()
        }
        if isReceiving {
            if !events.isDisjoint(with: [.readable, .hangup, .failed]) { receive() }
        } else if state == .draining {
            drain()
        } else if !events.isDisjoint(with: [.hangup, .failed]) && isLive {
            let error = csystem_get_option(socket, SOL_SOCKET, SO_ERROR)
            fail(error > 0 ? .system(Errno(rawValue: error), call: "recv") : nil)
        }
        updateInterest()
    }

    public func endOfPass() {
        isPassScheduled = false
        sendBudget = options.budgetPerPass
        switch state {
        case .moving:
            depart()
            return
        case .closed:
            reportClosed()
            return
        case .open:
            flush()
            if isReceiving && inbound.hasBacklog { receive() }
        case .flushing:
            flush()
        case .idle, .draining:
            break
        }
        updateInterest()
    }
}
