internal import Reactor
internal import SMBDirect
internal import Verbs

extension DirectTransport {
    public func close(flushing: Bool) {
        switch state {
        case .closed:
            return
        case .open where flushing:
            state = .flushing
            scheduleFlushTimeout()
            schedulePass()
        case .flushing where flushing:
            return
        case .connecting, .idle, .moving, .open, .flushing:
            fail(nil)
        }
    }

    /// The connection is over, at once. When this returns the device touches none of its memory
    /// any more. The receiver hears of it at the end of the pass, so that it is never called from
    /// inside its own call.
    func fail(_ error: TransportError?) {
        guard state != .closed else { return }
        state = .closed
        closingError = closingError ?? error
        if let registration { reactor.unregister(registration) }
        registration = nil
        if isPolling { reactor.stopPolling(self) }
        isPolling = false
        if let tickTimer { reactor.cancel(tickTimer) }
        tickTimer = nil
        if let flushTimer { reactor.cancel(flushTimer) }
        flushTimer = nil
        workspace.forget(eventToken)
        workspace.remove(self)
        // The peer is told, unless nothing can reach it; the queues end; and the last owner of the
        // queue pair lets it go, which waits for the device.
        if let identifier, !workspace.keepsParting(identifier, on: domain.device) {
            identifier.disconnect()
        }
        queuePair = nil
        sendCompletions = nil
        receiveCompletions = nil
        channel = nil
        identifier = nil
        recycleAll()
        lease = nil
        schedulePass()
    }

    private func recycleAll() {
        while let entry = posted.popFirst() { entry.recycle() }
        if let sending {
            sending.head.recycle()
            sending.payload?.recycle()
        }
        sending = nil
        while let entry = outbound.popFirst() {
            if case .buffer(let buffer, offset: _, count: _) = entry.payload { buffer.recycle() }
        }
        if !isReadingFile { fileBuffer?.recycle() }
        fileBuffer = nil
        queuedByteCount = 0
        heldByteCount = 0
        headers?.recycle()
        headers = nil
        inbound?.recycle()
        inbound = nil
        while let message = inbox.popFirst() { message.recycle() }
        arrivals.removeAll()
        slots.recycle()
        freeSlots = []
        for buffer in quarantined { buffer.recycle() }
        quarantined = []
    }

    /// Gives up on a peer that has taken nothing for a whole interval.
    func scheduleFlushTimeout() {
        let before = queuedByteCount + posted.count
        flushTimer = reactor.schedule(after: options.flushNanoseconds) { [weak self] in
            guard let self, state == .flushing else { return }
            let left = queuedByteCount + posted.count
            if left == before {
                fail(left > 0 ? .flushTimedOut(unsentByteCount: queuedByteCount) : nil)
            } else {
                scheduleFlushTimeout()
            }
        }
    }

    // MARK: - Time

    /// The connection is in use: a silent peer is noticed soon.
    func markActive() {
        lastActivity = reactor.now
        guard !isWatched else { return }
        isWatched = true
        machine.timing = options.timing(isActive: true)
        tick()
    }

    /// Looks whether the peer is still there, and when to look again.
    func tick() {
        guard isLive else { return }
        if let tickTimer { reactor.cancel(tickTimer) }
        tickTimer = nil
        let now = reactor.now
        if isWatched && posted.isEmpty && postedFetches.isEmpty
            && now >= lastActivity + options.activityNanoseconds
        {
            isWatched = false
            machine.timing = options.timing(isActive: false)
        }
        do throws(SMBDirectError) {
            let next = try machine.tick(now: now)
            if next != .max {
                let wait = next > now ? next - now : 0
                tickTimer = reactor.schedule(after: wait, tickAction)
            }
            schedulePass()
        } catch {
            fail(TransportError(error))
        }
    }
}
