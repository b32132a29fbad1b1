/// How a mounted file system opens a file.
public struct NodeOpening: Hashable, Sendable {
    public enum Creation: Hashable, Sendable {
        /// The file must be there.
        case never
        /// A new one where none is.
        case ifMissing
        /// None may be there.
        case always
    }

    public var reads: Bool
    public var writes: Bool
    public var creation: Creation
    /// Of a file that is created, where the server has the POSIX extensions.
    public var mode: UInt32

    public init(reads: Bool, writes: Bool, creation: Creation = .never, mode: UInt32 = 0) {
        self.reads = reads
        self.writes = writes
        self.creation = creation
        self.mode = mode
    }
}
