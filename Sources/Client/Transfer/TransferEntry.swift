/// One name in a folder, on either side, as far as copying cares.
public struct TransferEntry: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case file, folder
        /// A symbolic link or another reparse point on the server; it is shown, never followed.
        case link
        /// A device, socket or pipe, which no share can hold.
        case special
    }

    public var name: String
    public var kind: Kind
    public var byteCount: UInt64
    public var modified: Timestamp

    public init(name: String, kind: Kind, byteCount: UInt64 = 0, modified: Timestamp = .zero) {
        self.name = name
        self.kind = kind
        self.byteCount = byteCount
        self.modified = modified
    }
}
