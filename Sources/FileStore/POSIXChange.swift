/// Owner and permission bits to set, for the SMB 3.1.1 POSIX extensions; nil leaves one alone.
public struct POSIXChange: Hashable, Sendable {
    public var mode: UInt32?
    public var userID: UInt32?
    public var groupID: UInt32?

    public init(mode: UInt32? = nil, userID: UInt32? = nil, groupID: UInt32? = nil) {
        self.mode = mode
        self.userID = userID
        self.groupID = groupID
    }
}
