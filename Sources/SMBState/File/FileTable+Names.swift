extension FileTable {
    /// Whether somebody who opened the file for a moment would be refused with
    /// STATUS_SHARING_VIOLATION: a rename opens the directory that it moves something into, and
    /// the file that it replaces (MS-FSA 2.1.5.15.12).
    public func wouldConflict(_ file: FileKey, access: UInt32, shareAccess: UInt32) -> Bool {
        guard let record = files[file], let index = record.index(of: nil) else { return false }
        let modes = ShareModes(access: access, shareAccess: shareAccess)
        return record.streams[index].opens.contains { $0.modes.conflicts(with: modes) }
    }

    /// Where an open's file is now, in words that are equal for equal places of the server: after
    /// CREATE, and again after a rename.
    public mutating func setPath(_ path: String, of open: OpenID) {
        guard opens[open] != nil else { return }
        paths[open] = path
    }

    /// Whether anything below a directory is open, which keeps its name from being changed
    /// (MS-FSA 2.1.4.2). Looks at every open of the server: renaming directories is rare.
    public func hasOpens(below path: String, separator: Character = "\\") -> Bool {
        let prefix = path + String(separator)
        return paths.values.contains { $0.hasPrefix(prefix) }
    }
}
