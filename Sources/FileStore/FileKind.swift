/// What an inode is.
public enum FileKind: Hashable, Sendable {
    case file, directory, symbolicLink, fifo, socket, characterDevice, blockDevice

    /// Neither data nor directory: opened for its attributes alone, shown as a reparse point.
    public var isSpecial: Bool { self != .file && self != .directory }
}
