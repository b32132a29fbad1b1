internal import Descriptors
internal import Reactor
internal import SMBDirect
internal import Verbs
internal import Wire

extension DirectTransport {
    /// Posts the one receive that the negotiation takes, and begins to listen to the queues.
    func begin() throws(TransportError) {
        try registerChannel()
        workspace.add(self)
        slots.divide(slotByteCount: options.receiveSize, countMax: 1)
        do throws(VerbsError) {
            append(0, to: workspace.receiveChain)
            try queuePair?.post(workspace.receiveChain)
            machine.postedReceives(1)
            try receiveCompletions?.arm()
            isReceiveArmed = true
        } catch {
            throw TransportError(error)
        }
        tick()
    }

    /// The initiator's fabric connection stands: asks for the rest (MS-SMBD 3.1.5.2).
    func requestHandshake() {
        guard state == .connecting, machine.phase == .idle else { return }
        let request = machine.negotiateRequest()
        sendRaw(DirectNegotiateRequest.encodedSize) { writer in request.encode(to: &writer) }
        schedulePass()
    }

    /// Before the machine sees the peer's offer it must have receives to grant: as many as fit, of
    /// the length that the peer is about to be held to.
    func prepareReceives(for message: RawSpan) {
        var reader = WireReader(message)
        var preferred: UInt32?
        switch machine.role {
        case .acceptor:
            preferred = (try? DirectNegotiateRequest(from: &reader))?.preferredSendSize
        case .initiator:
            preferred = (try? DirectNegotiateResponse(from: &reader))?.preferredSendSize
        }
        let wanted = min(options.receiveSize, preferred.map { Int($0) } ?? options.receiveSize)
        slots.divide(
            slotByteCount: max(DirectLimits.receiveSizeMin, wanted),
            countMax: options.creditCountMax + 1,
        )
        let chain = workspace.receiveChain
        freeSlots.reserveCapacity(slots.count)
        // The message that is being looked at lies in the first slots: they are posted with it, for
        // nothing arrives before it was answered.
        var slot = 0
        do throws(VerbsError) {
            while slot < slots.count {
                while slot < slots.count && !chain.isFull {
                    append(slot, to: chain)
                    slot += 1
                }
                try queuePair?.post(chain)
            }
            machine.postedReceives(slots.count)
        } catch {
            fail(TransportError(error))
        }
    }

    func acceptHandshake(_ response: DirectNegotiateResponse) {
        sendRaw(DirectNegotiateResponse.encodedSize) { writer in response.encode(to: &writer) }
        completeHandshake()
    }

    /// The peer is told why, and then left.
    func refuseHandshake(_ response: DirectNegotiateResponse, _ error: SMBDirectError) {
        sendRaw(DirectNegotiateResponse.encodedSize) { writer in response.encode(to: &writer) }
        guard isLive else { return }
        closingError = TransportError(error)
        state = .flushing
        scheduleFlushTimeout()
        schedulePass()
    }

    func completeHandshake() {
        guard state == .connecting else { return }
        state = .idle
        if machine.role == .acceptor { identifier?.noticeTraffic() }
        schedulePass()
        if let ended = handshakeEnded.take() { ended(.success(self)) }
    }

    // MARK: - What the fabric says

    /// A message was seen, or the fabric's word was lost.
    func deviceEvent(_ event: DeviceEvent) {
        guard isLive else { return }
        switch event.kind {
        case .trafficBegan where event.token == queuePair?.token:
            identifier?.noticeTraffic()
        case .queuePairFailed where event.token == queuePair?.token:
            receive()
            if isLive { fail(.fabric(reason: "the queue pair failed")) }
        case .completionQueueFailed
        where event.token == receiveCompletions?.token || event.token == sendCompletions?.token:
            fail(.fabric(reason: "a completion queue ran over"))
        default:
            break
        }
    }
}

extension DirectTransport: DirectEventHandler {
    func connectionEvent(_ event: ConnectionEvent) {
        guard isLive else { return }
        switch event.kind {
        case .established:
            if machine.role == .initiator { requestHandshake() }
        case .disconnected:
            receive()
            if isLive { peerLeft(nil) }
        case .rejected:
            fail(.system(.connectionRefused, call: "rdma_connect"))
        case .unreachable:
            fail(.system(.hostUnreachable, call: "rdma_connect"))
        case .connectFailed:
            fail(.fabric(reason: "the connection could not be made (\(event.status))"))
        case .deviceRemoved:
            workspace.lose(domain.device)
        case .addressChanged:
            fail(.fabric(reason: "an address has moved to another device"))
        default:
            break
        }
    }

    /// The peer has ended the connection. What it had sent before was received.
    func peerLeft(_ error: TransportError?) {
        finishArrivals()
        guard isLive else { return }
        if let error { return fail(error) }
        if state == .connecting { return fail(.system(.connectionReset, call: "negotiate")) }
        if !postedFetches.isEmpty || !waitingFetches.isEmpty {
            // A peer whose memory is not what it said does not say so on every fabric.
            return fail(.fabric(reason: "the peer left while its memory was being read"))
        }
        guard let inbound else { return fail(nil) }
        fail(
            .truncatedMessage(
                receivedByteCount: inbound.count,
                expectedByteCount: inboundMessageCount,
            )
        )
    }
}
