import Logging
import SMBMessages
import SMBSecurity
import SMBState
import Transport
import Wire

extension Connection {
    /// Opens a response: pads the one before it and writes a header whose status and credits
    /// `endResponse` fills in.
    func beginResponse(_ request: Request) {
        if !request.replies.isEmpty {
            request.writer.pad(to: 8)
            request.writer.overwrite(at: 20, with: UInt32(request.writer.count))
            request.writer.beginMessage()
        }
        request.replies.append(Request.Reply(start: request.writer.totalCount, signing: nil))
        request.writer.beginMessage()
        var header = request.header
        header.flags = .response
        if request.commandIndex > 0, request.header.flags.contains(.related) {
            header.flags.insert(.related)
        }
        if request.asyncID != 0 {
            header.flags.insert(.async)
            header.asyncID = request.asyncID
        }
        header.status = .success
        header.nextCommand = 0
        header.signature = 0
        header.encode(to: &request.writer)
    }

    /// Completes the response's header, and remembers how it is to be signed.
    func endResponse(_ request: Request, status: NTStatus) {
        request.writer.overwrite(at: 8, with: status.rawValue)
        if let treeID = request.replyTreeID { request.writer.overwrite(at: 36, with: treeID) }
        if let sessionID = request.replySessionID {
            request.writer.overwrite(at: 40, with: sessionID)
        }
        request.writer.overwrite(at: 14, with: grant(for: request))
        // The last of several is padded as the others are (MS-SMB2 3.3.4.1.3).
        if request.isLastInCompound, request.replies.count > 1 { request.writer.pad(to: 8) }
        request.inherit(from: status)
        request.endSequence()
        request.replies[request.replies.count - 1].signing = request.replySigning
        request.commandIndex += 1
    }

    /// MS-SMB2 3.3.4.1.2: the interim response grants for an asynchronous command, the last none.
    private func grant(for request: Request) -> UInt16 {
        guard request.asyncID == 0 else { return 0 }
        return window.grant(requested: request.header.credits)
    }

    /// MS-SMB2 3.3.4.2: STATUS_PENDING in place of the response begun; never signed.
    func writeInterimResponse(_ request: Request) {
        request.replaceBodyWithError()
        request.writer.overwrite(at: 8, with: NTStatus.pending.rawValue)
        request.writer.overwrite(
            at: 14,
            with: window.grant(requested: request.header.credits)
        )
        var flags: HeaderFlags = [.response, .async]
        if request.commandIndex > 0, request.header.flags.contains(.related) {
            flags.insert(.related)
        }
        request.writer.overwrite(at: 16, with: flags.rawValue)
        request.writer.overwrite(at: 32, with: request.asyncID)
    }

    /// Signs or seals the responses and hands them to the transport.
    func send(_ request: Request, keepingSlot: Bool = false) {
        defer { if !keepingSlot { recycle(request) } }
        guard !isClosed, !request.replies.isEmpty else { return }
        var head = request.writer.exchange(storage: [])
        let session = request.session
        if request.repliesEncrypted, let session, let cipher = session.cipher {
            guard request.seal(&head, with: cipher, sessionID: session.sessionID) else {
                log.error("the session's nonces are used up")
                return close(flushing: true)
            }
        } else {
            request.sign(&head)
        }
        hash(head, after: request)
        guard isDeliverable(byteCount: head.count + request.payload.count) else {
            log.warning("an answer is larger than the client takes")
            return close(flushing: true)
        }
        var message = OutboundMessage(head: consume head, payload: request.payload)
        request.payload = .none
        let placedCount = request.takePlaced(into: &message)
        transport.send(consume message)
        // The transport counts the bytes now.
        if placedCount > 0 { releasePlacement(placedCount) }
        conclude(request)
        if keepingSlot { request.beginReply() }
    }

    /// MS-SMB2 3.3.5.4, 3.3.5.5: the answer joins the preauthentication integrity hash.
    private func hash(_ head: [UInt8], after request: Request) {
        switch request.afterReply {
        case .hashNegotiate: preauthHash.update(head)
        case .hashSessionSetup(let pending): pending.preauthHash?.update(head)
        default: break
        }
    }

    /// What may happen only once the answer is on its way.
    private func conclude(_ request: Request) {
        switch request.afterReply {
        case .endSession(let session): shard?.end(session)
        default: break
        }
        if request.movesToClientsShard { joinClientsShard() }
    }

    /// All connections of a client are served by one thread; the first decides which.
    private func joinClientsShard() {
        guard let shard, let guid = negotiation?.clientGUID else { return }
        let home = server.shard(serving: guid, arrivingAt: shard)
        if home !== shard { shard.move(self, to: home) }
    }
}
