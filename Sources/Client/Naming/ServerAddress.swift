/// Where a server listens.
public struct ServerAddress: Hashable, Sendable {
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    public var host: String
    public var port: UInt16

    /// MS-SMB2 2.1: direct TCP.
    public static let defaultPort: UInt16 = 445

    public init(host: String, port: UInt16 = Self.defaultPort) {
        self.host = host
        self.port = port
    }
}

extension ServerAddress: CustomStringConvertible {
    public var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == Self.defaultPort ? name : "\(name):\(port)"
    }
}
