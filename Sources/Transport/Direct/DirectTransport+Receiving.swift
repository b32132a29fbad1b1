internal import Descriptors
internal import Reactor
internal import SMBDirect
internal import Verbs

/// A message in a slot, taken from the device and not looked at yet.
struct DirectArrivalEntry {
    var slot: Int
    var byteCount: Int
    var invalidatedToken: UInt32?
}

extension DirectTransport {
    /// How long to wait for a buffer when the reactor has lent all it may.
    private static let starvationRetryNanoseconds: UInt64 = 5_000_000
    /// Receives that a peer keeps credits for while nothing is taken from it: what it grants us
    /// must still arrive, or two ends that both stopped would wait for ever.
    private static let receivesWhileHeldBack = 2

    var isLive: Bool { state != .closed && state != .moving }

    /// Whether messages may be handed to the receiver.
    private var isDelivering: Bool { state == .open && !isPaused && !isCongested }

    /// Takes what has arrived, up to this connection's share of the pass; answers how much it was.
    @discardableResult
    func receive() -> Int {
        guard isLive, let queue = receiveCompletions else { return 0 }
        var taken = 0
        while taken < options.receivesPerPass, isLive {
            let batch = workspace.completions
            do throws(VerbsError) {
                try queue.poll(into: batch)
            } catch {
                fail(TransportError(error))
                return taken
            }
            for position in 0..<batch.count {
                let completion = batch[position]
                guard completion.status == .success else {
                    finishArrivals()
                    receiveFailed(completion.status)
                    return taken
                }
                arrivals.append(
                    DirectArrivalEntry(
                        slot: Int(completion.id),
                        byteCount: completion.byteCount,
                        invalidatedToken: completion.invalidatedKey,
                    )
                )
            }
            taken += batch.count
            let isEmpty = batch.count < batch.capacity
            takeArrivals()
            if isEmpty { break }
        }
        if taken >= options.receivesPerPass { schedulePass() }
        if isLive { repost() }
        return taken
    }

    /// A receive did not end well: the connection is over. The send queue knows more, if this end
    /// was the first to notice.
    private func receiveFailed(_ status: CompletionStatus) {
        reapSends()
        guard isLive else { return }
        peerLeft(status == .flushed ? nil : .fabric(reason: "receive: \(status)"))
    }

    /// What came before the end is still delivered, as far as there is memory.
    func finishArrivals() {
        takeArrivals()
        deliverInbox()
    }

    private func takeArrivals() {
        while isLive, starvedPiece == nil, let arrival = arrivals.popFirst() { take(arrival) }
    }

    private func take(_ arrival: DirectArrivalEntry) {
        let base = unsafe slots.address(of: arrival.slot).base
        let message = unsafe RawSpan(_unsafeStart: base, byteCount: arrival.byteCount)
        do throws(SMBDirectError) {
            if machine.phase != .established { prepareReceives(for: message) }
            guard isLive else { return }
            let result = try machine.receive(message, invalidatedToken: arrival.invalidatedToken)
            switch result {
            case .fragment(let fragment):
                markActive()
                guard unsafe take(fragment, from: base) else {
                    starvedPiece = (arrival.slot, fragment)
                    starvedSince = reactor.now
                    return scheduleStarvedRetry()
                }
            case .accepted(let response):
                return acceptHandshake(response)
            case .refused(let response, let error):
                return refuseHandshake(response, error)
            case .established:
                return completeHandshake()
            case .control:
                break
            }
            freeSlots.append(arrival.slot)
        } catch {
            fail(TransportError(error))
        }
    }

    /// Copies a piece of a message to where it belongs. Answers false when there is no memory.
    private func take(_ fragment: DirectFragment, from base: UnsafeMutableRawPointer) -> Bool {
        if fragment.isFirst {
            inbound = reactor.buffers.take(capacity: fragment.messageCount)
            inboundMessageCount = fragment.messageCount
        }
        guard let buffer = inbound else { return false }
        buffer.count = fragment.offset + fragment.count
        let source = unsafe base + fragment.source
        unsafe (buffer.base + fragment.offset).copyMemory(from: source, byteCount: fragment.count)
        if fragment.isLast {
            inbound = nil
            inbox.append(buffer)
        }
        return true
    }

    /// Every buffer is lent: takes nothing until some came back. The peer runs out of credits.
    func scheduleStarvedRetry() {
        let home = reactor
        _ = reactor.schedule(after: Self.starvationRetryNanoseconds) { [weak self] in
            guard let self, reactor === home, isLive else { return }
            retryStarved()
        }
    }

    private func retryStarved() {
        guard let (slot, fragment) = starvedPiece else { return }
        guard reactor.now - starvedSince < options.starvationNanoseconds else {
            return fail(.system(.noBufferSpace, call: "receive"))
        }
        let base = unsafe slots.address(of: slot).base
        guard unsafe take(fragment, from: base) else { return scheduleStarvedRetry() }
        starvedPiece = nil
        freeSlots.append(slot)
        takeArrivals()
        schedulePass()
    }

    /// Gives the device memory for what the peer may send next: all there is, or hardly any while
    /// nothing is to be taken.
    func repost() {
        guard machine.phase == .established, let queuePair else { return }
        var target = slots.count
        if isPaused || isCongested || starvedPiece != nil {
            let isQuiet = outbound.isEmpty && sending == nil
            target = isQuiet ? 0 : Self.receivesWhileHeldBack
        }
        let chain = workspace.receiveChain
        var count = 0
        while machine.posted + count < target, let slot = freeSlots.popLast() {
            append(slot, to: chain)
            count += 1
            if chain.isFull { break }
        }
        guard count > 0 else { return }
        do throws(VerbsError) {
            try queuePair.post(chain)
            machine.postedReceives(count)
        } catch {
            fail(TransportError(error))
        }
        if machine.posted < target && !freeSlots.isEmpty { schedulePass() }
    }

    func append(_ slot: Int, to chain: ReceiveChain) {
        let (base, key) = unsafe slots.address(of: slot)
        let count = slots.slotByteCount
        unsafe chain.append(MemoryPiece(base, count: count, key: key), id: UInt64(slot))
    }

    func deliverInbox() {
        while isDelivering, let receiver, let message = inbox.popFirst() {
            receiver.transport(self, received: message)
        }
        if state == .flushing {
            while let message = inbox.popFirst() { message.recycle() }
        }
        if isLive { repost() }
    }
}
