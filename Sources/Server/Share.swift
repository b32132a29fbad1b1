public import FileStore

/// One name that clients connect a tree to (MS-SMB2 3.3.1.6).
public final class Share: Sendable {
    public enum Kind: Sendable {
        case disk(any FileStore)
        /// IPC$: named pipes only.
        case pipes
    }

    public let name: String
    public let comment: String
    public let kind: Kind
    public let isReadOnly: Bool
    /// Clients that cannot encrypt are refused (MS-SMB2 3.3.5.7).
    public let requiresEncryption: Bool
    /// Left out of NetrShareEnum.
    public let isHidden: Bool

    public init(
        name: String,
        comment: String = "",
        kind: Kind,
        isReadOnly: Bool = false,
        requiresEncryption: Bool = false,
        isHidden: Bool = false
    ) {
        self.name = name
        self.comment = comment
        self.kind = kind
        self.isReadOnly = isReadOnly
        self.requiresEncryption = requiresEncryption
        self.isHidden = isHidden
    }

    public var store: (any FileStore)? {
        if case .disk(let store) = kind { return store }
        return nil
    }
}
