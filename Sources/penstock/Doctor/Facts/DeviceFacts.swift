/// An RDMA device, as far as the checks ask.
struct DeviceFacts: Hashable {
    enum Fabric: String { case roce = "RoCE", infiniband = "InfiniBand", iwarp = "iWARP", other }

    var name: String
    var ports: [PortFacts]
}

struct PortFacts: Hashable {
    /// An entry of the port's address table.
    struct Address: Hashable {
        enum Kind: String {
            case roceV1 = "RoCE v1"
            case roceV2 = "RoCE v2"
            case other
        }

        var kind: Kind
        var text: String
    }

    var number: Int
    var fabric: DeviceFacts.Fabric
    var isActive: Bool
    /// As the device calls it.
    var state: String
    var bitsPerSecond: UInt64
    var activeMTU: Int
    var largestMTU: Int
    /// The network interface beneath; empty where there is none.
    var interface: String
    var addresses: [Address]
    /// What the connection manager uses (`default_roce_mode`), where the system tells.
    var defaultMode: String?
}

/// A network interface.
struct InterfaceFacts: Hashable {
    var name: String
    var mtu: Int
    var isUp: Bool
    var isLoopback: Bool
    var addresses: [String]
}
