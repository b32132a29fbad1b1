import Reactor
import SMBMessages
import SMBState
import Transport
import Wire

extension Request {
    /// Takes a received message into the slot.
    func begin(_ received: IOBuffer) {
        buffer = received
        messageStart = 0
        messageEnd = received.count
        isEncrypted = false
        transformSessionID = 0
        commandStart = 0
        commandEnd = 0
        commandIndex = 0
        isLastInCompound = true
        chain = CompoundChain()
        beginReply()
    }

    /// Makes the answer empty, with an array of the transport's to write into.
    func beginReply() {
        _ = writer.exchange(storage: connection.transport.takeScratch())
        replies.removeAll(keepingCapacity: true)
        payload = .none
        afterReply = .nothing
    }

    /// Empties the slot.
    func finish() {
        generation &+= 1
        endTransfer()
        dropPlaced()
        invalidatedToken = nil
        endSequence()
        buffer?.recycle()
        buffer = nil
        session = nil
        tree = nil
        cancellation = nil
        asyncID = 0
        isSuspended = false
        payload = .none
        afterReply = .nothing
        replySigning = nil
        movesToClientsShard = false
        replies.removeAll(keepingCapacity: true)
    }
}
