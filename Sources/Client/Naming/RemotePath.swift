/// The way from the root of a share to a file: names, none of which can lead anywhere else.
public struct RemotePath: Hashable, Sendable {
    public private(set) var components: [String]

    public static let root = RemotePath(components: [])

    private init(components: [String]) { self.components = components }

    /// Names joined by slashes. `.` and empty names vanish, `..` goes up but not above the root.
    public init(parsing text: String) throws(LocationError) {
        self = .root
        for part in text.split(separator: "/") {
            switch part {
            case ".": continue
            case "..":
                guard !components.isEmpty else { throw LocationError(.aboveShare, in: text) }
                components.removeLast()
            default:
                try append(String(part))
            }
        }
    }

    public var isRoot: Bool { components.isEmpty }
    public var name: String? { components.last }
    public var parent: RemotePath { RemotePath(components: Array(components.dropLast())) }

    /// One more name; refuses those that are not one name.
    public mutating func append(_ name: String) throws(LocationError) {
        guard EntryName.isSafe(name) else { throw LocationError(.name, in: name) }
        components.append(name)
    }

    public func appending(_ name: String) throws(LocationError) -> RemotePath {
        var path = self
        try path.append(name)
        return path
    }

    /// Whether `other` is this folder or lies under it.
    public func contains(_ other: RemotePath) -> Bool { other.components.starts(with: components) }

    /// MS-SMB2 2.2.13: names joined by backslashes, none in front; the root is empty.
    public var wireText: String { components.joined(separator: "\\") }
}

extension RemotePath: CustomStringConvertible {
    public var description: String { components.joined(separator: "/") }
}
