/// What of a file is to change; nil leaves a thing as it is.
public struct NodeChange: Hashable, Sendable {
    /// Permission bits and owners, which only the POSIX extensions can set.
    public var mode: UInt32?
    public var userID: UInt32?
    public var groupID: UInt32?
    public var byteCount: UInt64?
    public var modified: Timestamp?
    public var accessed: Timestamp?
    /// Windows' read-only attribute: what servers without POSIX extensions have of a mode.
    public var isReadOnly: Bool?

    public init() {}

    var setsSecurity: Bool { mode != nil || userID != nil || groupID != nil }
    var setsBasics: Bool { modified != nil || accessed != nil }
}
