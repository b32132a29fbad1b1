/// What a recursive copy will do, decided from listings before a byte moves.
///
/// The planner hands out folders to be listed and takes their entries. It refuses names that could
/// lead out of the target, names that come twice, and trees deeper than any real one, and it keeps
/// every refusal as a problem so that the rest can still be copied.
public struct TransferPlan: Sendable {
    public struct Folder: Hashable, Sendable {
        /// Names from the top of the copy; the top itself has none.
        public var components: [String]
        public var modified: Timestamp
    }

    public struct File: Hashable, Sendable {
        /// Index into `folders`.
        public var folder: Int
        public var name: String
        public var byteCount: UInt64
        public var modified: Timestamp
    }

    public struct Problem: Hashable, Sendable {
        public enum Reason: Hashable, Sendable {
            case unsafeName, duplicateName, caseConflict, tooDeep, tooMany, link, special,
                streamName, loop
            case unreadable(String)
        }

        public var components: [String]
        public var reason: Reason

        public init(components: [String], reason: Reason) {
            self.components = components
            self.reason = reason
        }
    }

    /// Which side the names go to, for what only that side refuses.
    public enum Direction: Sendable { case toLocal, toServer }

    public static let depthMax = 256
    public static let entryCountMax = 20_000_000

    public let direction: Direction
    public private(set) var folders: [Folder]
    public private(set) var files: [File] = []
    public private(set) var problems: [Problem] = []
    public private(set) var byteCount: UInt64 = 0
    private var listedCount = 0

    public init(direction: Direction, rootModified: Timestamp = .zero) {
        self.direction = direction
        folders = [Folder(components: [], modified: rootModified)]
    }

    /// The next folder whose entries are unknown, or nil when the plan is complete.
    public mutating func nextFolder() -> Int? {
        guard listedCount < folders.count else { return nil }
        defer { listedCount += 1 }
        return listedCount
    }

    public mutating func add(_ entries: [TransferEntry], to folder: Int) {
        var seen = Set<String>(minimumCapacity: entries.count)
        for entry in entries where !EntryName.isSelfOrParent(entry.name) {
            let components = folders[folder].components + [entry.name]
            if let reason = refusal(of: entry, depth: components.count, seen: &seen) {
                report(Problem(components: components, reason: reason))
                continue
            }
            if entry.kind == .folder {
                folders.append(Folder(components: components, modified: entry.modified))
            } else {
                files.append(
                    File(
                        folder: folder,
                        name: entry.name,
                        byteCount: entry.byteCount,
                        modified: entry.modified,
                    )
                )
                byteCount &+= entry.byteCount
            }
        }
    }

    public mutating func report(_ problem: Problem) { problems.append(problem) }

    public func components(of file: File) -> [String] {
        folders[file.folder].components + [file.name]
    }

    private func refusal(
        of entry: TransferEntry,
        depth: Int,
        seen: inout Set<String>
    ) -> Problem.Reason? {
        guard EntryName.isSafe(entry.name) else { return .unsafeName }
        // MS-FSCC 2.1.5: names on a server that differ in case alone are one name.
        let key = direction == .toServer ? entry.name.lowercased() : entry.name
        guard seen.insert(key).inserted else {
            return direction == .toServer ? .caseConflict : .duplicateName
        }
        guard depth <= Self.depthMax else { return .tooDeep }
        guard folders.count + files.count < Self.entryCountMax else { return .tooMany }
        if direction == .toServer, entry.name.utf8.contains(UInt8(ascii: ":")) {
            return .streamName
        }
        return switch entry.kind {
        case .file, .folder: nil
        case .link: .link
        case .special: .special
        }
    }
}

extension TransferPlan.Problem: CustomStringConvertible {
    public var description: String {
        let path = EntryName.shown(components.joined(separator: "/"))
        return switch reason {
        case .unsafeName:
            "'\(path)': the name could lead out of the target folder; it was not copied"
        case .duplicateName:
            "'\(path)': the server lists this name twice; only the first was copied"
        case .caseConflict:
            "'\(path)': another name differs from it in case alone, which is the same to a server; "
                + "rename one of them"
        case .tooDeep: "'\(path)': more than \(TransferPlan.depthMax) folders deep; not copied"
        case .tooMany: "'\(path)': too many files for one copy; copy the folders one by one"
        case .link: "'\(path)': a symbolic link on the server; links are shown but not copied"
        case .special: "'\(path)': a device, socket or pipe; not copied"
        case .streamName:
            "'\(path)': a server takes ':' as the start of a stream name; rename the file first"
        case .loop: "'\(path)': a symbolic link that leads back to a folder above it; not copied"
        case .unreadable(let why): "'\(path)': \(why)"
        }
    }
}
