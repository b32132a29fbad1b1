internal import Reactor
internal import SMBMessages
internal import SMBSecurity
internal import Transport
internal import Wire

extension Link {
    enum SendResult: Equatable {
        case sent
        /// Nothing was sent: the server has to grant credits first.
        case noCredits
        case closed
    }

    /// Whether `send` would send a request about so many bytes.
    func canSend(forBytes count: Int) -> Bool {
        isOpen && requests.hasRoom(messageID: credits.nextMessageID, count: 1)
            && credits.charge(forBytes: count) <= credits.available
    }

    /// Sends one request whose answer goes to `handler`.
    ///
    /// `payload` follows what `encode` writes. With encryption it is encrypted in place, so it
    /// must be a buffer that nobody reads afterwards.
    func send(
        _ command: Command,
        route: Route,
        payloadCount: Int,
        handler: any ReplyHandler,
        token: Int,
        payload: OutboundMessage.Payload = .none,
        isRepeated: Bool = false,
        encode: (inout WireWriter) -> Void
    ) -> SendResult {
        guard isOpen else { return .closed }
        let charge = credits.charge(forBytes: payloadCount)
        guard canSend(forBytes: payloadCount),
            let messageID = credits.take(charge: charge)
        else { return .noCredits }
        let isSealed = seals(route)
        let isSigned = protection.signsAll && !isSealed
        let slot = enter(
            RequestTable.Entry(
                messageID: messageID,
                command: command,
                token: token,
                payloadCount: payloadCount,
                isSealed: isSealed,
                isSigned: isSigned,
                sentAt: reactor.now,
                handler: handler
            )
        )
        var header = Header(
            command: command,
            messageID: messageID,
            flags: isRepeated ? .replay : [],
            credits: credits.request(forCharge: charge),
            creditCharge: credits.supportsMultiCredit ? UInt16(charge) : 0,
            treeID: route.treeID,
            sessionID: sessionID
        )
        header.channelSequence = channelSequence
        var writer = WireWriter(recycling: transport.takeScratch())
        let start = isSealed ? CipherContext.headerCount : 0
        if isSealed { writer.write(zeros: start) }
        writer.beginMessage()
        header.encode(to: &writer)
        encode(&writer)
        var head = writer.finish()
        if isSigned { sign(&head, in: start..<head.count, payload: payload) }
        guard !isSealed || seal(&head, payload: payload) else {
            _ = takeOut(slot)
            fail(.badSeal)
            return .closed
        }
        transport.send(OutboundMessage(head: consume head, payload: payload))
        return .sent
    }

    /// MS-SMB2 3.2.4.24: asks the server to give up a request; its answer still comes.
    func cancel(slot: Int) {
        guard isOpen, requests[slot].isActive else { return }
        let entry = requests[slot]
        var header = Header(command: .cancel, messageID: entry.messageID, sessionID: sessionID)
        if let asyncID = entry.asyncID { header.asyncID = asyncID }
        var writer = WireWriter(recycling: transport.takeScratch())
        if entry.isSealed { writer.write(zeros: CipherContext.headerCount) }
        writer.beginMessage()
        header.encode(to: &writer)
        CancelRequest().encode(to: &writer)
        var head = writer.finish()
        if entry.isSealed {
            guard seal(&head, payload: .none) else { return fail(.badSeal) }
        } else if entry.isSigned {
            protection.signing?.sign(&head)
        }
        transport.send(OutboundMessage(head: consume head, payload: .none))
    }

    func seals(_ route: Route) -> Bool {
        protection.cipher != nil && (protection.sealsAll || route.isSealed)
    }

    private func sign(
        _ head: inout [UInt8],
        in range: Range<Int>,
        payload: OutboundMessage.Payload
    ) {
        guard let signing = protection.signing else { return }
        switch payload {
        case .buffer(let buffer, let offset, let count):
            let bytes = buffer.bytes.extracting(offset..<offset + count)
            signing.sign(&head, in: range, payload: bytes)
        default:
            signing.sign(&head, in: range)
        }
    }

    func seal(_ head: inout [UInt8], payload: OutboundMessage.Payload) -> Bool {
        guard let cipher = protection.cipher else { return false }
        do {
            switch payload {
            case .buffer(let buffer, let offset, let count):
                try buffer.withMutableBytes { bytes throws(CryptoError) in
                    var part = bytes._mutatingExtracting(offset..<offset + count)
                    try cipher.seal(&head, payload: &part, sessionID: sessionID)
                }
            default:
                try cipher.seal(&head, sessionID: sessionID)
            }
            return true
        } catch {
            return false
        }
    }
}
