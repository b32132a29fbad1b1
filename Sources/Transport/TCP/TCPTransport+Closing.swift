internal import CSystem
internal import Descriptors
internal import Reactor

extension TCPTransport {
    public func close(flushing: Bool) {
        switch state {
        case .closed:
            return
        case .open where flushing:
            state = .flushing
            scheduleFlushTimeout()
            schedulePass()
        case .flushing where flushing, .draining where flushing:
            return
        case .idle, .moving, .open, .flushing, .draining:
            fail(nil)
        }
    }

    /// The connection is over, at once. The receiver hears of it at the end of the pass, so that
    /// it is never called from inside its own call.
    func fail(_ error: TransportError?) {
        guard state != .closed else { return }
        state = .closed
        closingError = error
        if let registration { reactor.unregister(registration) }
        registration = nil
        if let flushTimer { reactor.cancel(flushTimer) }
        flushTimer = nil
        descriptor = nil
        while !outbound.isEmpty { popFirst() }
        queuedByteCount = 0
        headChunk?.recycle()
        headChunk = nil
        dropPiece()
        inbound.buffer?.recycle()
        inbound = TCPInbound()
        lease = nil
        moveTarget = nil
        moveArrived = nil
        schedulePass()
    }

    /// Everything was sent. Closing now could make the kernel reset the connection, and the last
    /// bytes with it, if the peer still sends: says that no more follows, and waits for the same.
    func beginDraining() {
        state = .draining
        lowWater = 1
        _ = csystem_set_option(socket, SOL_SOCKET, SO_RCVLOWAT, 1)
        guard csystem_shutdown_writing(socket) >= 0 else { return fail(nil) }
        drain()
    }

    /// Reads and forgets until the peer closes too.
    func drain() {
        for _ in 0..<options.budgetPerPass / TCPWorkspace.scratchByteCount {
            let scratch = unsafe workspace.scratch
            let capacity = TCPWorkspace.scratchByteCount
            let result = unsafe csystem_receive(socket, scratch, capacity)
            if result > 0 { continue }
            let error = Errno(rawValue: Int32(-result))
            if error == .wouldBlock { return }
            if error != .interrupted { return fail(nil) }
        }
    }

    /// Gives up on a peer that has taken nothing for a whole interval.
    private func scheduleFlushTimeout() {
        let before = state == .draining ? -1 : queuedByteCount
        flushTimer = reactor.schedule(after: options.flushTimeoutNanoseconds) { [weak self] in
            guard let self, isLive else { return }
            if state == .draining || queuedByteCount == before {
                let unsent = queuedByteCount
                fail(unsent > 0 ? .flushTimedOut(unsentByteCount: unsent) : nil)
            } else {
                scheduleFlushTimeout()
            }
        }
    }
}
