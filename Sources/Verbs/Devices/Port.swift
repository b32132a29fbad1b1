/// A port of a device, as it was when it was asked.
public struct Port: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case down, initializing, armed, active
        case other(UInt32)
    }

    /// From 1.
    public var number: Int
    public var state: State
    public var fabric: Fabric
    /// The largest packet's payload, in bytes: now, and at best.
    public var activeMTU: Int
    public var largestMTU: Int
    public var largestMessageByteCount: Int
    /// What the device says; soft devices make it up.
    public var bitsPerSecond: UInt64
    /// The network device behind the port; zero and empty where there is none.
    public var interfaceIndex: UInt32
    public var interfaceName: String
    public var addresses: [GID]

    public var isActive: Bool { state == .active }
}

extension Port.State: CustomStringConvertible {
    public var description: String {
        switch self {
        case .down: "down"
        case .initializing: "initializing"
        case .armed: "armed"
        case .active: "active"
        case .other(let number): "state \(number)"
        }
    }
}
