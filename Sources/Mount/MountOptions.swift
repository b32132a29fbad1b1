/// How a share is mounted.
public struct MountOptions: Hashable, Sendable {
    /// The most that one request of the kernel reads or writes.
    public static let requestByteCountMax = 1 << 20
    /// Requests for read-ahead and of asynchronous programs that the kernel keeps under way.
    public static let backgroundCountMax = 64

    /// What /proc/mounts shows as the source.
    public var source = "penstock"
    /// Other users than the one who mounts may use it, as far as the modes let them.
    public var allowsOthers = false
    public var isReadOnly = false
    /// What the kernel reads ahead of a program that reads in order, where it lets us say so.
    public var readAheadByteCount = 16 << 20
    /// How long the kernel believes what it was told of a file or name. An open asks anew in any
    /// case.
    public var attributeSeconds = 1.0
    /// Programs get an error after so long without an answer; nil to let them wait.
    public var deadlineSeconds: Int?
    /// Owner and modes of everything, where the server does not tell them.
    public var userID: UInt32 = 0
    public var groupID: UInt32 = 0
    public var fileMode: UInt32 = 0o644
    public var folderMode: UInt32 = 0o755

    public init() {}
}
