/// Which stream of which file: the key of share modes, locks and oplocks.
///
/// Two opens of one file by different names or hard links have equal identities. An inode number
/// comes back after its file is gone, so an identity means something only while an open holds it.
public struct FileIdentity: Hashable, Sendable {
    public var device: UInt64
    public var inode: UInt64
    /// The stream's name, folded so that names equal to a client compare equal; nil for the file.
    public var stream: String?

    public init(device: UInt64, inode: UInt64, stream: String? = nil) {
        self.device = device
        self.inode = inode
        self.stream = stream
    }

    /// The file that the stream belongs to.
    public var file: FileIdentity { FileIdentity(device: device, inode: inode) }
}
