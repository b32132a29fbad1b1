import SMBMessages
import SMBState
import Wire

extension Request {
    /// What a command that does not answer at once returns after calling one of these.
    enum Wait {
        /// For as long as somebody else pleases: the client is told STATUS_PENDING at once and may
        /// send CANCEL (MS-SMB2 3.3.4.2).
        case indefinite
        /// For the disk: soon over, nobody is told.
        case brief
        /// For memory, or for bytes from the client: nobody is told, and only the client's credits
        /// bound how many wait.
        case transfer
    }

    /// Marks the command as waiting. `cancellation` must end it: it gets the status to answer with
    /// and calls `resume`. Throws STATUS_INSUFFICIENT_RESOURCES when too many wait already.
    func suspend(
        _ wait: Wait,
        cancellation: ((Request, NTStatus) -> Void)? = nil
    ) throws(NTStatus) {
        let isBounded = wait != .transfer
        guard !isBounded || connection.pending.count < connection.limits.pendingPerConnectionMax
        else { throw .insufficientResources }
        if wait == .indefinite {
            switch CompoundChain.waiting(header.command, isLast: isLastInCompound) {
            case .announced: asyncID = connection.makeAsyncID()
            case .silent: break
            case .refused(let status): throw status
            }
        }
        self.cancellation = cancellation
        isSuspended = true
        connection.park(self)
    }

    /// Takes `suspend` back when nothing was begun after all.
    func unsuspend() {
        isSuspended = false
        asyncID = 0
        connection.unpark(self)
    }

    /// Answers a command that waited, then goes on with the rest of its compound. Call it on the
    /// connection's reactor, once. `body` writes the response's body and returns its status; what
    /// it throws becomes an error response.
    func resume(_ body: (inout WireWriter) throws -> NTStatus) {
        precondition(isSuspended, "a request is resumed once")
        isSuspended = false
        connection.unpark(self)
        guard !connection.isClosed else { return connection.recycle(self) }
        // An interim response took the place of the one begun; a brief wait left it open.
        if asyncID != 0 { connection.beginResponse(self) } else { writer.truncate(to: Header.size) }
        let status = connection.run(self) { request throws in try body(&request.writer) }
        connection.complete(self, status: status)
        connection.proceed(self)
    }

    /// Answers with an error alone.
    func resume(failing status: NTStatus) {
        resume { _ throws in throw status }
    }
}
