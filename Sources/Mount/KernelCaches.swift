internal import CFUSE

/// What the kernel keeps of the mount, to be told what is no longer so. Any thread may.
@safe struct KernelCaches: @unchecked Sendable {
    private let session: OpaquePointer

    init(_ session: OpaquePointer) { unsafe self.session = session }

    /// The next look at the file asks for its size and times. Waits for nothing.
    func dropAttributes(of node: UInt64) {
        // An error says that the kernel has forgotten the node by now.
        _ = unsafe fuse_lowlevel_notify_inval_inode(session, node, -1, 0)
    }
}
