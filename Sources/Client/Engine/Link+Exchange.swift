internal import Reactor
internal import SMBMessages
internal import SMBSecurity
internal import Transport
internal import Wire

extension Link {
    /// Sends the requests as one compound and waits for all answers. The `async` edge.
    ///
    /// Cancelling the task sends CANCEL; the call then ends when the server has answered.
    func exchange(
        _ requests: [Request],
        keepsSentBytes: Bool = false
    ) async throws(ClientError) -> Exchange.Outcome {
        let reference = ExchangeReference()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<Exchange.Outcome, ClientError>, Never>) in
                let exchange = Exchange(requests, keepsSentBytes: keepsSentBytes) {
                    continuation.resume(returning: $0)
                }
                reactor.post { [self] in
                    reference.exchange = exchange
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

    func begin(_ exchange: Exchange) {
        if let failure { return exchange.handBack(failure, wasSent: false) }
        exchange.link = self
        if waiting.isEmpty, trySend(exchange) { return }
        guard waiting.count < Self.waitingMax else { return exchange.fail(.overloaded) }
        waiting.append(exchange)
    }

    func cancel(_ exchange: Exchange) {
        if let index = waiting.firstIndex(where: { $0 === exchange }) {
            waiting.remove(at: index)
            return exchange.fail(.cancelledByUser)
        }
        guard !exchange.isDone else { return }
        for slot in exchange.slots where requests[slot].handler === exchange { cancel(slot: slot) }
    }

    /// Sends what waited for credits, in order.
    func sendWaiting() {
        while let first = waiting.first, isOpen, trySend(first) { waiting.removeFirst() }
    }

    /// False when there are not credits for the whole compound.
    private func trySend(_ exchange: Exchange) -> Bool {
        let charges = exchange.requests.map { credits.charge(forBytes: $0.payloadCount) }
        let total = charges.reduce(0, +)
        guard total <= credits.available,
            requests.hasRoom(messageID: credits.nextMessageID, count: charges.count)
        else { return false }
        let isSealed = exchange.requests.contains { seals($0.route) }
        let start = isSealed ? CipherContext.headerCount : 0
        var writer = WireWriter(recycling: transport.takeScratch())
        if isSealed { writer.write(zeros: start) }
        var starts: [Int] = []
        for (index, request) in exchange.requests.enumerated() {
            writer.beginMessage()
            starts.append(writer.totalCount)
            write(request, token: index, charge: charges[index], exchange, isSealed, to: &writer)
            if index < exchange.requests.count - 1 {
                writer.pad(to: Header.alignment)
                writer.overwrite(at: 20, with: UInt32(writer.count))
            }
        }
        var head = writer.finish()
        if !isSealed { sign(exchange, starts: starts, in: &head) }
        if exchange.keepsSentBytes { exchange.sentBytes = head }
        if isSealed, !seal(&head, payload: .none) {
            fail(.badSeal)
            return true
        }
        transport.send(OutboundMessage(head: consume head, payload: .none))
        return true
    }

    private func write(
        _ request: Request,
        token: Int,
        charge: Int,
        _ exchange: Exchange,
        _ isSealed: Bool,
        to writer: inout WireWriter
    ) {
        guard let messageID = credits.take(charge: charge) else {
            preconditionFailure("credits were checked before")
        }
        let isSigned = isSigned(request) && !isSealed
        let slot = enter(
            RequestTable.Entry(
                messageID: messageID,
                command: request.command,
                token: token,
                payloadCount: request.payloadCount,
                isSealed: isSealed,
                isSigned: isSigned,
                sentAt: reactor.now,
                handler: exchange
            )
        )
        exchange.slots.append(slot)
        var flags: HeaderFlags = request.isRelated ? .related : []
        if exchange.isRepeated, exchange.home?.marksRepeats == true { flags.insert(.replay) }
        var header = Header(
            command: request.command,
            messageID: messageID,
            flags: flags,
            credits: credits.request(forCharge: charge),
            creditCharge: credits.supportsMultiCredit ? UInt16(charge) : 0,
            treeID: request.route.treeID,
            sessionID: request.sessionID ?? sessionID
        )
        header.channelSequence = channelSequence
        header.encode(to: &writer)
        request.encode(&writer)
    }

    private func isSigned(_ request: Request) -> Bool {
        guard protection.signing != nil else { return false }
        // MS-SMB2 3.2.4.2.3: only those that bind a channel to a session are signed.
        if request.command == .sessionSetup { return request.mustBeSigned }
        return protection.signsAll || request.mustBeSigned
    }

    /// MS-SMB2 3.2.4.1.4: each command of a compound is signed by itself, padding included.
    private func sign(_ exchange: Exchange, starts: [Int], in head: inout [UInt8]) {
        guard let signing = protection.signing else { return }
        for (index, request) in exchange.requests.enumerated() where isSigned(request) {
            let end = index + 1 < starts.count ? starts[index + 1] : head.count
            signing.sign(&head, in: starts[index]..<end)
        }
    }
}

/// Lets the cancellation handler find the exchange. Used on the reactor's thread alone.
final class ExchangeReference: @unchecked Sendable {
    var exchange: Exchange?
}
