internal import Descriptors
public import Reactor
internal import SMBDirect
internal import Verbs

/// SMB messages over SMB Direct (MS-SMBD): SENDs with credits, and bulk data that goes straight
/// between the memories of the two ends.
///
/// `SMBDirect.DirectMachine` decides what is sent; this drives a queue pair by what it says. An
/// idle connection holds its receives and one buffer for headers, some 140 KiB.
@safe public final class DirectTransport: Transport, @unchecked Sendable {
    enum State: Equatable {
        /// The fabric connects, or the two ends negotiate.
        case connecting
        /// Negotiated, but nobody listens yet.
        case idle
        case open
        /// On the way to another reactor.
        case moving
        /// Sends what is queued and delivers nothing more.
        case flushing
        case closed
    }

    public let options: DirectOptions
    public internal(set) var reactor: Reactor
    public internal(set) var queuedByteCount = 0
    let domain: DirectDomain
    let fileIO: FileIOPool?
    /// Released when the connection is over: the listener counts connections by it.
    var lease: AnyObject?
    var workspace: DirectWorkspace
    var pools: DirectPools
    var machine: DirectMachine
    var state = State.connecting
    private var currentReceiver: (any TransportReceiver)?
    private var isPassScheduled = false
    /// Whether `send` is about to be called anyway.
    private var isInPass = false
    var closingError: TransportError?
    private var moveTarget: Reactor?
    private var moveArrived: (@Sendable () -> Void)?
    /// Told once, when both ends have agreed or will not.
    var handshakeEnded: ((Result<DirectTransport, TransportError>) -> Void)?

    // The device's objects, all of this connection alone.
    var queuePair: QueuePair?
    var sendCompletions: CompletionQueue?
    var receiveCompletions: CompletionQueue?
    var channel: CompletionChannel?
    var identifier: ConnectionIdentifier?
    var eventToken: UInt
    var registration: RegistrationID?
    let sendQueueDepth: Int
    let initiatorDepth: Int
    let sliceByteCountMax: Int
    /// Whether a finished send proves that the peer was there.
    let acknowledgesSends: Bool
    /// Whether every large request has to tell when it is finished. siw gives the pages of those
    /// that need not to TCP without copying them, and then reports what comes behind: they could be
    /// lent, and filled with other bytes, before they have left.
    let signalsLargeSends: Bool
    let peer: String

    // Receiving.
    var slots = DirectReceiveSlots()
    var freeSlots: [Int] = []
    var arrivals = RingBuffer<DirectArrivalEntry>()
    var inbound: IOBuffer?
    var inboundMessageCount = 0
    var inbox = RingBuffer<IOBuffer>()
    var isReceiveArmed = false
    /// The reactor looks into the queues by itself: they need not tell.
    var isPolling = false
    var isPaused = false
    var isCongested = false
    /// A piece of a message for which there is no memory, since then.
    var starvedPiece: (slot: Int, fragment: DirectFragment)?
    var starvedSince: UInt64 = 0

    // Sending.
    var outbound = RingBuffer<DirectOutboundEntry>()
    var sending: DirectSending?
    var heldByteCount = 0
    /// Headers of segments, one place for each request of the send queue.
    var headers: IOBuffer?
    var posted = RingBuffer<DirectPosted>()
    var completedSequence: UInt64 = 0
    /// Ends of what the device has reported: of SENDs and WRITEs, and of READs with all before
    /// them.
    var finishedSends: UInt64 = 0
    var finishedReads: UInt64 = 0
    var isSendArmed = false
    var isSweepScheduled = false
    /// The last look at the send queue was in vain: it is to tell by itself.
    var isSweepOverdue = false
    var isSendDelayed = false
    /// Since when the first message waits for memory.
    var sendDelayedSince: UInt64?
    var isReadingFile = false
    /// What was read of the first message's file.
    var fileBuffer: IOBuffer?

    // Fetching.
    var waitingFetches = RingBuffer<DirectFetch>()
    var postedFetches = RingBuffer<DirectFetch>()
    var readsUnderWay = 0
    var quarantined: [IOBuffer] = []

    // Time.
    var tickTimer: TimerID?
    var flushTimer: TimerID?
    var isWatched = false
    var lastActivity: UInt64
    private var storedTick: (() -> Void)?
    private var storedSweep: (() -> Void)?

    init(
        setup: DirectSetup,
        reactor: Reactor,
        workspace: DirectWorkspace,
        options: DirectOptions,
        fileIO: FileIOPool?,
        lease: AnyObject?
    ) {
        self.options = options
        self.reactor = reactor
        self.workspace = workspace
        self.fileIO = fileIO
        self.lease = lease
        domain = setup.domain
        pools = setup.pools
        queuePair = setup.queuePair
        sendCompletions = setup.sendCompletions
        receiveCompletions = setup.receiveCompletions
        channel = setup.channel
        identifier = setup.identifier
        sendQueueDepth = setup.sendQueueDepth
        initiatorDepth = setup.initiatorDepth
        sliceByteCountMax = setup.sliceByteCountMax
        headers = setup.headers
        slots = setup.slots
        acknowledgesSends = setup.domain.device.device.fabric != .iwarp
        signalsLargeSends = setup.domain.device.device.isSoftIWARP
        peer = setup.peer
        eventToken = 0
        lastActivity = reactor.now
        machine = DirectMachine(
            role: setup.role,
            limits: options.limits,
            timing: options.timing(isActive: true),
            now: reactor.now,
        )
        eventToken = workspace.token(for: self)
        setup.identifier.token = eventToken
    }

    deinit {
        // The device lets go of the memory before the memory goes.
        queuePair = nil
    }

    public var capabilities: TransportCapabilities {
        TransportCapabilities(
            messageByteCountMax: min(options.messageByteCountMax, machine.fragmentedSendSize),
            placesRemotely: true,
            placementByteCountMax: machine.readWriteSize,
        )
    }

    public var peerDescription: String { peer }

    public var receiver: (any TransportReceiver)? {
        get { currentReceiver }
        set {
            currentReceiver = newValue
            guard state == .idle, newValue != nil else { return }
            state = .open
            schedulePass()
        }
    }

    public func takeScratch() -> [UInt8] { workspace.takeHead() }

    public func pauseReceiving() { isPaused = true }

    public func resumeReceiving() {
        guard isPaused else { return }
        isPaused = false
        schedulePass()
    }

    public func move(to target: Reactor, arrived: @escaping @Sendable () -> Void) {
        guard target !== reactor, state == .open || state == .idle else {
            reactor.post(arrived)
            return
        }
        state = .moving
        moveTarget = target
        moveArrived = arrived
        schedulePass()
    }

    /// Asks for `endOfPass`, once per pass.
    func schedulePass() {
        guard !isPassScheduled else { return }
        isPassScheduled = true
        reactor.runAtEndOfPass(self)
    }

    /// Something is to be given to the device.
    func scheduleSend() {
        if !isInPass { schedulePass() }
    }

    /// What timers call; made once, so that setting a timer makes nothing.
    var tickAction: () -> Void {
        if let storedTick { return storedTick }
        let action: () -> Void = { [weak self] in self?.tick() }
        storedTick = action
        return action
    }

    var sweepAction: () -> Void {
        if let storedSweep { return storedSweep }
        let action: () -> Void = { [weak self] in self?.sweep() }
        storedSweep = action
        return action
    }

    func registerChannel() throws(TransportError) {
        guard let channel else { return }
        let descriptor = channel.descriptor
        let result = Result {
            try reactor.register(descriptor: descriptor, events: .readable, handler: self)
        }
        switch result {
        case .success(let id): registration = id
        case .failure: throw .fabric(reason: "the completion channel cannot be waited for")
        }
    }

    /// Tells everybody that the connection is over.
    private func reportClosed() {
        reportFetchesFailed()
        if let ended = handshakeEnded.take() {
            ended(.failure(closingError ?? .system(.connectionRefused, call: "rdma_connect")))
        }
        guard let receiver = currentReceiver else { return }
        currentReceiver = nil
        receiver.transport(self, closed: closingError)
    }

    /// Leaves this thread. Nothing here may be touched afterwards.
    private func depart() {
        guard !isReadingFile, let target = moveTarget, let arrived = moveArrived else {
            return
        }
        moveTarget = nil
        moveArrived = nil
        if let registration { reactor.unregister(registration) }
        registration = nil
        if let tickTimer { reactor.cancel(tickTimer) }
        tickTimer = nil
        if isPolling { reactor.stopPolling(self) }
        isPolling = false
        workspace.forget(eventToken)
        workspace.remove(self)
        target.post { [self] in arrive(on: target, arrived) }
    }

    private func arrive(on target: Reactor, _ arrived: @Sendable () -> Void) {
        reactor = target
        isSendDelayed = false
        isSweepScheduled = false
        state = currentReceiver == nil ? .idle : .open
        do throws(TransportError) {
            workspace = try DirectWorkspace.of(target)
            pools = workspace.pools(for: domain, byteCountMax: options.poolByteCountMax)
            eventToken = workspace.token(for: self)
            workspace.add(self)
            do throws(VerbsError) {
                identifier?.token = eventToken
                try identifier?.move(to: workspace.channel)
            } catch {
                throw TransportError(error)
            }
            try registerChannel()
        } catch {
            fail(error)
        }
        if starvedPiece != nil { scheduleStarvedRetry() }
        arrived()
        tick()
        schedulePass()
    }
}

extension DirectTransport: ReadinessHandler, PassHandler {
    /// Something was completed since the queues were armed.
    public func ready(_ events: ReadinessSet) {
        if let token = channel?.next() {
            if let queue = receiveCompletions, queue.token == token {
                queue.noticeEvent()
                isReceiveArmed = false
            } else if let queue = sendCompletions, queue.token == token {
                queue.noticeEvent()
                isSendArmed = false
            }
        }
        schedulePass()
        reapSends()
        receive()
    }

    public func endOfPass() {
        isPassScheduled = false
        switch state {
        case .closed:
            reportClosed()
        case .moving:
            depart()
        case .connecting, .idle, .open, .flushing:
            // What is to be sent in answer leaves in this very pass.
            isInPass = true
            reapSends()
            receive()
            deliverInbox()
            isInPass = false
            send()
            if !isPolling && isLive { isPolling = reactor.startPolling(self) }
            arm()
            if state == .flushing && outbound.isEmpty && sending == nil && posted.isEmpty {
                fail(closingError)
            }
        }
    }

    /// Asks to be told of what comes next, and looks once more: what came in between tells nobody.
    func arm() {
        guard !isPolling else { return scheduleSweep() }
        do throws(VerbsError) {
            if !isReceiveArmed, let queue = receiveCompletions {
                try queue.arm()
                isReceiveArmed = true
                if receive() > 0 { schedulePass() }
            }
            if wantsSendEvents && !isSendArmed, let queue = sendCompletions {
                try queue.arm()
                isSendArmed = true
                if reapSends() > 0 { schedulePass() }
            }
        } catch {
            fail(TransportError(error))
        }
        scheduleSweep()
    }
}
