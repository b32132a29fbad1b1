public import Verbs

/// A network interface that SMB Direct connections can come in by.
public struct DirectInterface: Hashable, Sendable {
    /// The RDMA device.
    public var device: String
    public var fabric: Fabric
    /// The network device behind it, and the system's number of that.
    public var interface: String
    public var interfaceIndex: UInt32
    /// Where the listener listens, without the port.
    public var addresses: [String]
    public var port: UInt16
    public var bitsPerSecond: UInt64
}
