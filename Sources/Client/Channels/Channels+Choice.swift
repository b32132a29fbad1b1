internal import Reactor
internal import Transport

extension Channels {
    /// The link for a request whose answer a person waits for.
    var controlLink: Link? { best(forBytes: 1, needsCredits: false) }

    /// The link for `count` bytes of bulk data, or nil until one has credits for them.
    func bulkLink(forBytes count: Int) -> Link? { best(forBytes: count, needsCredits: true) }

    /// RDMA before TCP, and among those of a kind the one that would be done first.
    private func best(forBytes count: Int, needsCredits: Bool) -> Link? {
        var chosen: Link?
        var chosenTime = Double.infinity
        let kind = bulkKind
        for link in links where link.endpoint.kind == kind {
            if needsCredits, !link.hasRoom(forBytes: count) { continue }
            let bytes = Double(link.outstandingByteCount + count)
            let time = bytes / Double(max(1, link.bitsPerSecond))
            if time < chosenTime { (chosen, chosenTime) = (link, time) }
        }
        return chosen
    }

    /// TCP is not used while there is RDMA: the slower would hold up the faster.
    private var bulkKind: TransportKind {
        for link in links where link.endpoint.kind == .rdma { return .rdma }
        return .tcp
    }

    var requestCount: Int { links.reduce(0) { $0 + $1.requests.count } }
}

extension Link {
    /// Whether a request for so many bytes could be sent now. One that is alone on its link goes
    /// even with few credits, for less.
    func hasRoom(forBytes count: Int) -> Bool {
        guard isOpen, requests.freeCount > 0, credits.available > 0 else { return false }
        return requests.count == 0 || credits.charge(forBytes: count) <= credits.available
    }

    /// How data that travels apart from its message is protected; nil where it may not do that.
    func placing(for route: Route) -> PlacedProtection? {
        guard transport.capabilities.placesRemotely else { return nil }
        if seals(route) { return protection.sealsPlaced ? .sealed : nil }
        if protection.requiresSigning { return protection.signsPlaced ? .signed : nil }
        return .plain
    }
}
