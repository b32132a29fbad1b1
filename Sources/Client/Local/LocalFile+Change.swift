internal import CSystem
internal import Descriptors
internal import Glibc

extension LocalFile {
    func truncate(to count: UInt64) throws(Errno) {
        try Errno.checkC(ftruncate(descriptor.rawValue, off_t(count)))
    }

    func setTimes(modified: Timestamp) throws(Errno) {
        let unix = modified.unix
        let times = [
            timespec(tv_sec: 0, tv_nsec: omittedTime),
            timespec(tv_sec: Int(unix.seconds), tv_nsec: Int(unix.nanoseconds)),
        ]
        try Errno.checkC(unsafe futimens(descriptor.rawValue, times))
    }

    /// UTIME_OMIT of utimensat(2), a macro that Swift does not see.
    private var omittedTime: Int { (1 << 30) - 2 }
}

/// Folders and names of this machine.
public enum LocalFolder {
    /// What the path leads to, links followed; nil where there is nothing.
    public static func facts(_ path: String) -> LocalFile.Facts? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return LocalFile.Facts(status)
    }

    /// Makes the folder unless it is there.
    public static func make(_ path: String) throws(ClientError) {
        guard unsafe mkdir(path, 0o777) != 0 else { return }
        let error = Errno.current
        if error == .fileExists, facts(path)?.kind == .folder { return }
        throw ClientError(error, action: "make folder '\(EntryName.shown(path))'")
    }

    static func rename(_ path: String, to target: String) throws(ClientError) {
        guard unsafe Glibc.rename(path, target) != 0 else { return }
        throw ClientError(Errno.current, action: "write '\(EntryName.shown(target))'")
    }

    static func remove(_ path: String) { _ = unsafe unlink(path) }

    static func setTimes(_ path: String, modified: Timestamp) {
        guard modified != .zero, let file = try? LocalFile.open(path, flags: O_RDONLY | O_DIRECTORY)
        else { return }
        // A folder whose time cannot be set is still the right folder.
        _ = try? file.setTimes(modified: modified)
    }

    /// The entries of a folder; symbolic links are described as what they lead to.
    public static func entries(_ path: String) throws(ClientError) -> [TransferEntry] {
        guard let folder = unsafe opendir(path) else {
            throw ClientError(Errno.current, action: "list '\(EntryName.shown(path))'")
        }
        defer { unsafe closedir(folder) }
        var entries: [TransferEntry] = []
        while let name = unsafe nextName(folder) {
            if EntryName.isSelfOrParent(name) { continue }
            guard let facts = facts(path + "/" + name) else {
                entries.append(TransferEntry(name: name, kind: .special))
                continue
            }
            let kind: TransferEntry.Kind =
                switch facts.kind {
                case .file: .file
                case .folder: .folder
                case .null, .stream: .special
                }
            entries.append(
                TransferEntry(
                    name: name,
                    kind: kind,
                    byteCount: facts.byteCount,
                    modified: facts.modified
                )
            )
        }
        return entries.sorted { $0.name < $1.name }
    }

    private static func nextName(_ folder: OpaquePointer) -> String? {
        guard let entry = unsafe readdir(folder) else { return nil }
        return unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
            unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
                unsafe String(cString: $0)
            }
        }
    }
}
