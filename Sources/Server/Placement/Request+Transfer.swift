import Reactor
import SMBMessages
import SMBSecurity
import Transport
import Wire

extension Request {
    /// Moves the data of the command at work by RDMA: at once where nothing has to be waited for.
    func move(_ transfer: PlacedTransfer, _ writer: inout WireWriter) throws -> Connection.Result {
        self.transfer = transfer
        guard try connection.takePlacementBuffer(for: self) else { return .waiting }
        do {
            switch transfer.direction {
            case .placing:
                if readTransfer() {
                    try answerRead(&writer)
                    return .answered
                }
                try suspend(.transfer)
                try readInPool()
            case .fetching:
                try suspend(.transfer)
                fetch()
            }
            return .waiting
        } catch {
            if isSuspended { unsuspend() }
            endTransfer()
            throw error
        }
    }

    /// Goes on with a suspended request that has got its memory.
    func beginTransfer() {
        guard let transfer else { preconditionFailure("memory was lent to no transfer") }
        // The client may have closed it while the request waited.
        guard !transfer.open.isClosed else {
            endTransfer()
            return resume(failing: .fileClosed)
        }
        if case .fetching = transfer.direction { return fetch() }
        if readTransfer() {
            return resume { writer throws in
                try answerRead(&writer)
                return .success
            }
        }
        do {
            try readInPool()
        } catch {
            endTransfer()
            resume(failing: error)
        }
    }

    /// Lets go of the memory; the transfer is over, well or badly.
    func endTransfer() {
        guard let ended = transfer else { return }
        transfer = nil
        guard let buffer = ended.buffer else { return }
        buffer.count = 0
        buffer.recycle()
        connection.releasePlacement(ended.count)
    }

    /// Hands what is to be placed to the message that goes out; returns its bytes.
    func takePlaced(into message: inout OutboundMessage) -> Int {
        message.invalidatedToken = invalidatedToken
        invalidatedToken = nil
        guard let placed else { return 0 }
        self.placed = nil
        message.payload = .buffer(
            placed.buffer,
            offset: placed.offset,
            count: placed.count
        )
        message.destination = placed.destination
        return placed.heldByteCount
    }

    /// Gives back what an answer was to place but does not, because it has become an error.
    func dropPlaced() {
        guard let dropped = placed else { return }
        placed = nil
        dropped.buffer.recycle()
        connection.releasePlacement(dropped.heldByteCount)
    }

    /// Asks for the client's bytes.
    private func fetch() {
        guard let transfer, let buffer = transfer.buffer else { return }
        connection.transport.fetch(
            transfer.placement.memory,
            count: transfer.count,
            into: buffer,
            offset: 0,
            fetcher: self,
            token: Int(generation)
        )
    }
}

extension Request: TransportFetcher {
    /// The slot is held until this is called, whatever became of the connection: only now is the
    /// buffer out of the device's reach.
    func fetched(token: Int, error: TransportError?) {
        precondition(token == Int(generation) && isSuspended, "a slot was let go while it fetched")
        guard error == nil, !connection.isClosed else {
            endTransfer()
            return resume(failing: .unexpectedNetworkError)
        }
        writeTransfer()
    }
}
