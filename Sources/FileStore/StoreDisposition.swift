/// What to do when the file is there, or is not (MS-SMB2 2.2.13, CreateDisposition).
public enum StoreDisposition: UInt32, Sendable {
    case supersede, open, create, openIf, overwrite, overwriteIf

    /// Whether a file that is not there is made.
    public var creates: Bool { self != .open && self != .overwrite }
    /// Whether a file that is there loses its contents.
    public var replaces: Bool { self == .supersede || self == .overwrite || self == .overwriteIf }
}
