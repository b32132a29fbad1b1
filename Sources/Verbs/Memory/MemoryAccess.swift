internal import CVerbs

/// Who may do what with registered memory. The device may always read it for this process.
public struct MemoryAccess: OptionSet, Hashable, Sendable {
    public var rawValue: Int32

    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The device writes what was received, or read from a peer.
    public static let localWrite = MemoryAccess(rawValue: Int32(IBV_ACCESS_LOCAL_WRITE.rawValue))
    /// A peer that has the key writes.
    public static let remoteWrite = MemoryAccess(rawValue: Int32(IBV_ACCESS_REMOTE_WRITE.rawValue))
    /// A peer that has the key reads.
    public static let remoteRead = MemoryAccess(rawValue: Int32(IBV_ACCESS_REMOTE_READ.rawValue))
}
