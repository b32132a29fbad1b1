/// What carries the messages of a device, as its transport and the layer below it tell.
public enum Fabric: Hashable, Sendable {
    /// RDMA over Converged Ethernet: InfiniBand's transport over UDP or Ethernet.
    case roce
    case infiniband
    /// RDMA over TCP.
    case iwarp
    /// Nothing that connects reliably by address: EFA, usNIC, and what is still to come.
    case other
}

extension Fabric: CustomStringConvertible {
    public var description: String {
        switch self {
        case .roce: "RoCE"
        case .infiniband: "InfiniBand"
        case .iwarp: "iWARP"
        case .other: "other"
        }
    }
}
