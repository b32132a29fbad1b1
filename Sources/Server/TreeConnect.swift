import SMBMessages

/// A session's use of a share (MS-SMB2 3.3.1.9).
final class TreeConnect {
    let treeID: UInt32
    let share: Share
    unowned let session: Session
    /// What the session may be granted on the share's files at most.
    let maximalAccess: AccessMask

    init(treeID: UInt32, share: Share, session: Session, maximalAccess: AccessMask) {
        self.treeID = treeID
        self.share = share
        self.session = session
        self.maximalAccess = maximalAccess
    }
}
