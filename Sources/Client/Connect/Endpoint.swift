/// How the bytes of a connection travel.
public enum TransportKind: String, Hashable, Sendable, CaseIterable {
    case tcp, rdma
}

/// One address of a server, and the transport to reach it by.
public struct Endpoint: Hashable, Sendable {
    /// MS-SMBD 1.9: iWARP shares the ports of TCP, so SMB Direct has one of its own there.
    public static let defaultIWARPPort: UInt16 = 5445

    public var kind: TransportKind
    /// A name, or a numeric address as the server's list of interfaces gives it.
    public var host: String
    /// Of TCP, RoCE and InfiniBand.
    public var port: UInt16
    /// In place of `port` where the local device speaks iWARP.
    public var iwarpPort: UInt16

    public init(
        kind: TransportKind = .tcp,
        host: String,
        port: UInt16,
        iwarpPort: UInt16 = Endpoint.defaultIWARPPort
    ) {
        self.kind = kind
        self.host = host
        self.port = port
        self.iwarpPort = iwarpPort
    }

    public init(_ kind: TransportKind, _ address: ServerAddress, iwarpPort: UInt16) {
        self.init(kind: kind, host: address.host, port: address.port, iwarpPort: iwarpPort)
    }
}
