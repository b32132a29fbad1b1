import Client

/// A file as a line for people or an object for programs.
enum FactsText {
    static let jsonHelp = "Print JSON for programs instead of lines for people."

    /// `d`, `l` or `-`, size, time, name.
    static func long(_ facts: FileFacts) -> String {
        let size = facts.isFolder ? "-" : "\(facts.byteCount)"
        let padding = String(repeating: " ", count: max(0, 14 - size.count))
        let modified = TimeText.local(facts.modified)
        return "\(mark(facts))\(flags(facts)) \(padding)\(size)  \(modified)  "
            + shownName(facts)
    }

    /// The name; folders end in a slash, links in an at sign.
    static func shownName(_ facts: FileFacts) -> String {
        let name = EntryName.shown(facts.name)
        return switch facts.kind {
        case .file: name
        case .folder: name + "/"
        case .link: name + "@"
        }
    }

    static func json(_ facts: FileFacts, path: String? = nil) -> JSONText {
        var members: [(String, JSONText)] = [
            ("name", .string(facts.name)),
            ("type", .string(kind(facts))),
            ("size", .number(facts.byteCount)),
            ("modified", TimeText.rfc3339(facts.modified).map { .string($0) } ?? .null),
            ("created", TimeText.rfc3339(facts.created).map { .string($0) } ?? .null),
            ("readOnly", .boolean(facts.isReadOnly)),
            ("hidden", .boolean(facts.isHidden)),
        ]
        if let path { members.insert(("path", .string(path)), at: 0) }
        return .object(members)
    }

    static func kind(_ facts: FileFacts) -> String {
        switch facts.kind {
        case .file: "file"
        case .folder: "folder"
        case .link: "link"
        }
    }

    private static func mark(_ facts: FileFacts) -> String {
        switch facts.kind {
        case .file: "-"
        case .folder: "d"
        case .link: "l"
        }
    }

    private static func flags(_ facts: FileFacts) -> String {
        (facts.isReadOnly ? "r" : "-") + (facts.isHidden ? "h" : "-")
    }
}
