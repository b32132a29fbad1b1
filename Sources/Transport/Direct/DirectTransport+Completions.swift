public import Reactor
internal import SMBDirect
internal import Verbs

extension DirectTransport {
    /// How long finished sends may stay unnoticed when nothing else happens.
    private static let sweepNanoseconds: UInt64 = 10_000_000

    /// Sends that are finished wake nobody, except when somebody waits for one.
    var wantsSendEvents: Bool {
        !posted.isEmpty
            && (readsUnderWay > 0 || posted.count >= sendQueueDepth || state == .flushing
                || isSweepOverdue)
    }

    /// Takes back what finished requests were made of; answers how many completions there were.
    @discardableResult
    func reapSends() -> Int {
        guard isLive, !posted.isEmpty, let queue = sendCompletions else { return 0 }
        let batch = workspace.completions
        var taken = 0
        while isLive {
            do throws(VerbsError) {
                try queue.poll(into: batch)
            } catch {
                fail(TransportError(error))
                return taken
            }
            let count = batch.count
            let capacity = batch.capacity
            for position in 0..<count {
                let completion = batch[position]
                guard completion.status == .success else {
                    takeBackFinished()
                    sendFailed(completion.status)
                    return taken
                }
                noteFinished(completion.id)
            }
            taken += count
            takeBackFinished()
            if count < capacity { break }
        }
        if taken > 0 { isSweepOverdue = false }
        return taken
    }

    private func sendFailed(_ status: CompletionStatus) {
        // What the peer sent before is not lost; a flush only says that the end came before.
        guard isLive else { return }
        if status == .flushed { return peerLeft(nil) }
        finishArrivals()
        fail(.fabric(reason: "send: \(status)"))
    }

    /// A READ is finished when its own completion is there, or that of a later READ: siw reports
    /// SENDs and WRITEs as soon as they have left, before earlier READs have brought their bytes.
    private func noteFinished(_ sequence: UInt64) {
        let place = Int(truncatingIfNeeded: sequence &- completedSequence)
        guard place >= 0, place < posted.count else { return }
        switch posted[place].kind {
        case .send, .write: finishedSends = max(finishedSends, sequence + 1)
        case .read, .lastRead: finishedReads = max(finishedReads, sequence + 1)
        }
    }

    /// Takes back what is finished, in the order of posting. What was sent before a finished READ
    /// has left.
    private func takeBackFinished() {
        while isLive, !posted.isEmpty {
            let isRead =
                switch posted[0].kind {
                case .send, .write: false
                case .read, .lastRead: true
                }
            let limit = isRead ? finishedReads : max(finishedReads, finishedSends)
            guard completedSequence < limit, let entry = posted.popFirst() else { return }
            completedSequence += 1
            queuedByteCount -= entry.byteCount
            entry.recycle()
            switch entry.kind {
            case .send, .write:
                if acknowledgesSends { machine.heard() }
            case .read:
                machine.heard()
                finishRead(isLast: false)
            case .lastRead:
                machine.heard()
                finishRead(isLast: true)
            }
        }
    }

    /// Looks after a while for sends that have finished since, if nothing else has a reason to.
    func scheduleSweep() {
        guard !posted.isEmpty, !isSendArmed, !isSweepScheduled, isLive else { return }
        isSweepScheduled = true
        _ = reactor.schedule(after: Self.sweepNanoseconds, sweepAction)
    }

    func sweep() {
        isSweepScheduled = false
        guard isLive, !posted.isEmpty, !isSendArmed else { return }
        if reapSends() == 0 { isSweepOverdue = true }
        schedulePass()
    }
}

extension DirectTransport: PollingHandler {
    /// Looks into the queues without arming them, which is a system call on rxe, and the event that
    /// it brings two more.
    public func poll() -> Bool {
        guard isLive else { return false }
        let sent = wantsSendEvents ? reapSends() : 0
        guard isLive, receive() + sent > 0 else { return false }
        schedulePass()
        return true
    }

    public func endPolling() {
        isPolling = false
        if isLive { arm() }
    }
}
