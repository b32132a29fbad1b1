import Logging
import Reactor
import SMBMessages
import SMBSecurity
import Transport
import Wire

extension Connection: TransportReceiver {
    func transport(_ transport: any Transport, received buffer: IOBuffer) {
        guard !isClosed else { return buffer.recycle() }
        if movesForSession(of: buffer) { return }
        let request = takeRequest(buffer)
        guard open(request) else { return drop(request) }
        proceed(request)
    }

    func transport(_ transport: any Transport, closed error: TransportError?) {
        if let reason = error { log.info("connection lost", metadata: ["reason": "\(reason)"]) }
        close(flushing: false)
    }

    /// A session is served by one thread. A client that names a session of another one, to bind it
    /// to this connection, takes the connection there with the message in hand; later messages
    /// wait in the transport. True where that has begun.
    private func movesForSession(of buffer: IOBuffer) -> Bool {
        guard let shard, activeRequestCount == 0, sessions.isEmpty else { return false }
        var reader = WireReader(buffer.bytes)
        guard let header = try? Header(from: &reader), header.command == .sessionSetup,
            header.sessionID != 0, session(header.sessionID) == nil,
            let home = server.home(ofSession: header.sessionID), home !== shard
        else { return false }
        let message = unsafe buffer.bytes.withUnsafeBytes { unsafe [UInt8]($0) }
        buffer.recycle()
        shard.move(self, to: home) { connection in connection.receiveAgain(message) }
        return true
    }

    /// Goes on with a message that came to another thread.
    private func receiveAgain(_ message: [UInt8]) {
        guard !isClosed, let buffer = reactor.buffers.take(capacity: message.count) else {
            return close(flushing: false)
        }
        buffer.count = message.count
        buffer.withMutableBytes { bytes in
            for index in message.indices {
                bytes.storeBytes(of: message[index], toByteOffset: index, as: UInt8.self)
            }
        }
        transport(transport, received: buffer)
    }

    /// Looks at the protocol identifier and unwraps an encrypted message; false drops the
    /// connection (MS-SMB2 3.3.5.2.1.1).
    private func open(_ request: Request) -> Bool {
        switch request.protocolID {
        case Header.protocolID: true
        case TransformHeader.protocolID: decrypt(request)
        case MultiProtocolNegotiate.protocolID: true
        default: false
        }
    }

    private func decrypt(_ request: Request) -> Bool {
        guard
            let sessionID = request.transformSession,
            let session = session(sessionID), session.isAuthenticatedUser,
            let cipher = session.cipher,
            request.decrypt(with: cipher)
        else { return false }
        request.isEncrypted = true
        request.transformSessionID = sessionID
        request.messageStart = TransformHeader.size
        request.commandEnd = TransformHeader.size
        return request.messageEnd - request.messageStart >= Header.size
            && request.protocolID == Header.protocolID
    }

    /// Executes commands until the message is answered or one of them has to wait.
    func proceed(_ request: Request) {
        if request.protocolID == MultiProtocolNegotiate.protocolID {
            guard answerMultiProtocolNegotiate(request) else { return drop(request) }
            return send(request)
        }
        while request.commandEnd < request.messageEnd, !isClosed {
            switch execute(request) {
            case .done(let status): complete(request, status: status)
            case .waiting: return wait(request)
            case .silent: break
            case .drop: return drop(request)
            }
        }
        send(request)
    }

    /// Ends a response, and sends it where data is placed with it: a message has one place, and one
    /// token that it makes invalid. What follows in the compound is answered in another message
    /// (MS-SMB2 3.3.4.1.3).
    func complete(_ request: Request, status: NTStatus) {
        endResponse(request, status: status)
        let isPlaced = request.placed != nil || request.invalidatedToken != nil
        guard isPlaced, request.commandEnd < request.messageEnd else { return }
        send(request, keepingSlot: true)
    }

    /// MS-SMB2 3.3.7.1: nothing more is read or written, and no reply is sent.
    func drop(_ request: Request) {
        recycle(request)
        close(flushing: true)
    }

    /// Tells the client that its command waits, with the answers that are ready before it.
    private func wait(_ request: Request) {
        guard request.asyncID != 0 else { return }
        writeInterimResponse(request)
        send(request, keepingSlot: true)
    }
}
