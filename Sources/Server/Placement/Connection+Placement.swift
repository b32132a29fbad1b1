import Reactor
import SMBMessages
import SMBSecurity
import Transport

extension Connection {
    /// The largest READ and WRITE whose data is placed, which NEGOTIATE tells the client.
    var placedSizeMax: Int {
        min(limits.ioSizeMax, transport.capabilities.placementByteCountMax)
    }

    /// The largest QUERY_INFO, QUERY_DIRECTORY, SET_INFO and IOCTL, which NEGOTIATE tells the
    /// client: a channel of SMB Direct takes smaller messages than TCP.
    var transactSizeMax: Int {
        guard transport.capabilities.placesRemotely else { return limits.ioSizeMax }
        let room = transport.capabilities.messageByteCountMax - Self.transactOverheadMax
        return min(limits.ioSizeMax, max(room, 0) & ~4095)
    }

    /// Headers and fixed fields around the data of one command, sealed or not.
    private static let transactOverheadMax = 512

    /// Whether the client can receive an answer that has `count` bytes of file data in it.
    func fits(_ request: Request, inlineCount count: Int) -> Bool {
        guard transport.capabilities.placesRemotely else { return count <= limits.ioSizeMax }
        let overhead = request.repliesEncrypted ? CipherContext.headerCount : 0
        return count <= limits.ioSizeMax
            && overhead + ReadResponse.dataOffset + count
                <= transport.capabilities.messageByteCountMax
    }

    /// Compounds can add up to more than a channel of SMB Direct takes in a message.
    func isDeliverable(byteCount: Int) -> Bool {
        let capabilities = transport.capabilities
        return !capabilities.placesRemotely || byteCount <= capabilities.messageByteCountMax
    }

    /// Memory for a transfer, if the connection may have that much now and the device's pool has
    /// it. A lone transfer is always let through.
    private func takePlacementBuffer(_ count: Int) -> IOBuffer? {
        let inFlight = placements.heldByteCount + transport.queuedByteCount
        guard inFlight == 0 || inFlight + count <= limits.placedBytesPerConnectionMax,
            let buffer = transport.takeBuffer(capacity: count)
        else { return nil }
        placements.hold(count)
        return buffer
    }

    /// Gives the request its memory now, or puts it behind those that wait; the request is
    /// suspended in that case.
    func takePlacementBuffer(for request: Request) throws(NTStatus) -> Bool {
        guard let count = request.transfer?.count else { throw .internalError }
        if placements.isEmpty, let buffer = takePlacementBuffer(count) {
            request.transfer?.buffer = buffer
            return true
        }
        try request.suspend(.transfer)
        placements.append(request)
        retryPlacementsLater()
        return false
    }

    /// A transfer is over, or its memory is in the transport's hands: who waits comes next.
    func releasePlacement(_ count: Int) {
        placements.release(count)
        servePlacements()
    }

    /// Begins what waits, in its order, as far as there is memory.
    private func servePlacements() {
        guard !placements.isServing, !isClosed else { return }
        placements.isServing = true
        defer { placements.isServing = false }
        while let request = placements.first, let count = request.transfer?.count {
            guard let buffer = takePlacementBuffer(count) else { break }
            _ = placements.popFirst()
            request.transfer?.buffer = buffer
            request.beginTransfer()
        }
        retryPlacementsLater()
    }

    private func retryPlacementsLater() {
        guard !placements.isEmpty, !placements.hasTimer, !isClosed else { return }
        placements.hasTimer = true
        _ = reactor.schedule(after: PlacementQueue.retryNanoseconds) { [weak self] in
            guard let self else { return }
            placements.hasTimer = false
            servePlacements()
        }
    }

    /// The connection is closed: what waits for memory will not get any.
    func abandonPlacements() {
        while let request = placements.popFirst() { request.resume(failing: .cancelled) }
    }
}
