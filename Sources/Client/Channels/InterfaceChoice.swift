internal import SMBMessages

/// Which of a server's addresses are worth a channel each.
struct InterfaceChoice {
    /// Enough for every device of a large server; more would only cost it memory.
    static let rdmaCountMax = 4
    static let tcpCountMax = 4

    var address: ServerAddress
    var iwarpPort: UInt16
    var transport: TransportChoice
    var kinds: [TransportKind]

    /// `peer` is where the first connection of the session goes, as its transport tells it.
    func ways(in list: [NetworkInterface], besides peer: String) -> [Way] {
        var ways = kinds.contains(.rdma) ? rdma(list) : []
        if transport == .auto { ways += tcp(list, besides: peer) }
        return ways
    }

    /// What the interface moves that a connection to `peer` goes to; nil where the list does not
    /// name it.
    static func bitsPerSecond(of peer: String, in list: [NetworkInterface]) -> UInt64? {
        for interface in list where interface.bitsPerSecond > 0 {
            if let host = host(interface.address), isSame(host, peer) {
                return interface.bitsPerSecond
            }
        }
        return nil
    }

    private func rdma(_ list: [NetworkInterface]) -> [Way] {
        var ways: [Way] = []
        for interface in list where interface.capabilities.contains(.rdma) {
            guard ways.count < Self.rdmaCountMax, let host = Self.host(interface.address),
                !ways.contains(where: { $0.endpoint.host == host })
            else { continue }
            ways.append(way(.rdma, host, interface))
        }
        return ways
    }

    /// A second connection gains something where it has wires of its own: an address of another
    /// interface of a server on another machine.
    private func tcp(_ list: [NetworkInterface], besides peer: String) -> [Way] {
        let hosts = list.compactMap { Self.host($0.address) }
        guard let first = hosts.firstIndex(where: { Self.isSame($0, peer) }) else { return [] }
        let usable = list.filter { Self.host($0.address) != nil }
        var used: Set<UInt32> = [usable[first].index]
        var ways: [Way] = []
        for interface in usable where !used.contains(interface.index) {
            guard ways.count < Self.tcpCountMax - 1, let host = Self.host(interface.address),
                Self.isIPv6(host) == Self.isIPv6(hosts[first])
            else { continue }
            used.insert(interface.index)
            ways.append(way(.tcp, host, interface))
        }
        return ways
    }

    private func way(_ kind: TransportKind, _ host: String, _ interface: NetworkInterface) -> Way {
        let endpoint = Endpoint(
            kind,
            ServerAddress(host: host, port: address.port),
            iwarpPort: iwarpPort
        )
        return Way(endpoint: endpoint, bitsPerSecond: max(1, interface.bitsPerSecond))
    }

    private static func isIPv6(_ host: String) -> Bool { host.contains(":") }

    /// Whether a transport's "address:port" names this host.
    private static func isSame(_ host: String, _ peer: String) -> Bool {
        peer.hasPrefix(host + ":") || peer.hasPrefix("[\(host)]:") || peer == host
    }

    /// The text of an address that can be reached from elsewhere: neither loopback nor bound to
    /// one link.
    static func host(_ address: NetworkInterface.Address) -> String? {
        switch address {
        case .ipv4(let value):
            let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
            guard bytes[0] != 127, bytes[0] != 0, bytes[0] < 224,
                !(bytes[0] == 169 && bytes[1] == 254)
            else { return nil }
            return bytes.map { "\($0)" }.joined(separator: ".")
        case .ipv6(let value, _):
            let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> (112 - 16 * $0)) }
            guard value > 1, groups[0] & 0xFFC0 != 0xFE80, groups[0] & 0xFF00 != 0xFF00 else {
                return nil
            }
            return groups.map { String($0, radix: 16) }.joined(separator: ":")
        case .other: return nil
        }
    }
}
