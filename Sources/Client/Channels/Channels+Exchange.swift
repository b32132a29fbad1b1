internal import Reactor
internal import SMBMessages
internal import Wire

extension Channels {
    /// Sends the requests as one compound and waits for all answers. The `async` edge.
    ///
    /// When a channel dies, the requests go by another one. Cancelling the task sends CANCEL; the
    /// call then ends when the server has answered.
    func exchange(_ requests: [Request]) async throws(ClientError) -> Exchange.Outcome {
        let reference = ExchangeReference()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<Exchange.Outcome, ClientError>, Never>) in
                let exchange = Exchange(requests) { continuation.resume(returning: $0) }
                reactor.post { [self] in
                    reference.exchange = exchange
                    exchange.home = self
                    begin(exchange)
                }
            }
        } onCancel: {
            reactor.post { [self] in
                if let exchange = reference.exchange { cancel(exchange) }
            }
        }
        return try result.get()
    }

    /// One request, one answer.
    func exchange(_ request: Request) async throws(ClientError) -> Reply {
        try await exchange([request]).replies[0]
    }

    /// Gives an exchange to a link, or keeps it until there is one.
    func begin(_ exchange: Exchange) {
        if let failure { return exchange.fail(failure) }
        if let lost = exchange.lostOpen { return exchange.fail(lost) }
        for request in exchange.requests {
            if let name = request.newName { request.open?.moving(to: name) }
        }
        if let link = controlLink { return link.begin(exchange) }
        guard waiting.count < Self.waitingMax else { return exchange.fail(.overloaded) }
        waiting.append(exchange)
    }

    private func cancel(_ exchange: Exchange) {
        if let index = waiting.firstIndex(where: { $0 === exchange }) {
            waiting.remove(at: index)
            return exchange.fail(.cancelledByUser)
        }
        exchange.link?.cancel(exchange)
    }

    /// Sends an exchange again after a moment; false when the server was asked too often.
    func sendLater(_ exchange: Exchange) -> Bool {
        guard isOpen, exchange.refusalCount <= Self.refusalsMax else { return false }
        _ = reactor.schedule(after: Self.refusalPauseNanoseconds) { [self] in begin(exchange) }
        return true
    }

    /// An answer tells of an open that begins or ends.
    func note(_ request: Request, _ reply: Reply) {
        if let open = request.opens, reply.status == .success,
            let response = try? Share.created(reply)
        {
            open.opened(response)
            keep(open)
        }
        if request.newName != nil { request.open?.moved(reply.status == .success) }
        if let open = request.closes, reply.status != .pending { forget(open) }
    }

    private func keep(_ open: OpenFile) {
        guard open.place < 0, opens.count < Self.opensMax else { return }
        open.place = opens.count
        opens.append(open)
        if let index = earlyBreaks.firstIndex(where: { $0.fileID == open.fileID }) {
            agree(earlyBreaks.remove(at: index), open)
        }
    }

    private func forget(_ open: OpenFile) {
        let place = open.place
        guard place >= 0, let last = opens.popLast() else { return }
        open.place = -1
        guard last !== open else { return }
        opens[place] = last
        last.place = place
    }

    func link(_ link: Link, broke notification: OplockBreakNotification) {
        if let open = opens.first(where: { $0.fileID == notification.fileID }) {
            return agree(notification, open)
        }
        // On another channel, it may be here before the answer to the CREATE.
        if earlyBreaks.count == Self.earlyBreaksMax { earlyBreaks.removeFirst() }
        earlyBreaks.append(notification)
    }

    /// MS-SMB2 3.2.5.19.1: nothing is kept under an oplock here, so it is given up at once.
    private func agree(_ notification: OplockBreakNotification, _ open: OpenFile) {
        guard open.giveUp(notification.level) else { return }
        let request = Request(.oplockBreak, on: open) { fileID, writer in
            OplockBreakAcknowledgment(level: notification.level, fileID: fileID)
                .encode(to: &writer)
        }
        let exchange = Exchange([request]) { _ in }
        exchange.home = self
        begin(exchange)
    }
}

extension Channels {
    /// Runs `body` on the reactor's thread and waits for its result.
    func perform<Result: Sendable>(
        _ body: @escaping @Sendable (Channels) -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            reactor.post { [self] in continuation.resume(returning: body(self)) }
        }
    }
}
