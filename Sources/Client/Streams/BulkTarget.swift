internal import Reactor
internal import Transport

/// What a stream of reads or writes is about.
struct BulkTarget {
    /// Fewer bytes than this travel in the message: describing memory to the peer costs more.
    static let placedByteCountMin = 4096
    /// Room for the header and the body in front of data that travels in a message.
    static let headByteCount = 512

    var open: OpenFile
    var range: Range<UInt64>
    var block: Int
    var depth: Int
    /// The file may end before the range does: then there is less to read, and nothing wrong.
    var mayEnd = false

    var route: Route { open.route }

    /// Half of a stream's slots can wait for the network while the other half waits for a disk.
    static func slotCount(depth: Int) -> Int { depth * 2 }
}

extension Link {
    /// How much of `count` bytes one request may be about, if they travel in its message.
    func inlineCount(_ count: Int) -> Int {
        min(count, capabilities.messageByteCountMax - BulkTarget.headByteCount, affordable(count))
    }

    /// The same for bytes that the fabric places; nil where it places none for this route.
    func placedCount(_ count: Int, for route: Route) -> Int? {
        guard placing(for: route) != nil else { return nil }
        let placed = min(count, capabilities.placementByteCountMax, affordable(count))
        return placed >= BulkTarget.placedByteCountMin ? placed : nil
    }

    private var capabilities: TransportCapabilities { transport.capabilities }

    /// A server that grants few credits is asked for less at a time.
    private func affordable(_ count: Int) -> Int {
        guard requests.count == 0 else { return count }
        return min(count, credits.available * CreditAccount.bytesPerCredit)
    }
}
