public import Reactor

/// The RDMA devices that pinned memory is registered with.
public protocol PinningDevices: Sendable {
    /// Registers the memory with every device that does not know it yet. Called on a thread that
    /// may wait.
    func pin(_ memory: PinnedMemory) -> PinningOutcome

    /// Devices forget the memory, once nothing is sent from it any more.
    func unpin(_ memory: PinnedMemory)
}

public struct PinningOutcome: Sendable {
    /// Names of devices that have learnt of the memory.
    public var added: [String]
    /// Names of devices that did not take it, and why.
    public var refused: [String: String]

    public init(added: [String], refused: [String: String]) {
        self.added = added
        self.refused = refused
    }
}
