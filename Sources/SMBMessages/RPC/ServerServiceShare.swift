/// One share as NetrShareEnum and NetrShareGetInfo describe it (MS-SRVS 2.2.4.26).
public struct ServerServiceShare: Hashable, Sendable {
    public static let diskTree: UInt32 = 0
    public static let interprocess: UInt32 = 3
    /// Of the system's own making; with a `$` at the end of the name.
    public static let special: UInt32 = 0x8000_0000

    public var name: String
    public var kind: UInt32
    public var comment: String
    public var currentUses: UInt32
    /// What Windows shows of the place on disk; never the real one.
    public var path: String

    public init(
        name: String,
        kind: UInt32 = ServerServiceShare.diskTree,
        comment: String = "",
        currentUses: UInt32 = 0,
        path: String = ""
    ) {
        self.name = name
        self.kind = kind
        self.comment = comment
        self.currentUses = currentUses
        self.path = path
    }
}
