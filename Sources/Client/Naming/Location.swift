/// A place on a server: `smb://[[domain;]user@]host[:port][/share[/path]]`.
public struct Location: Hashable, Sendable {
    public var address: ServerAddress
    public var domain: String?
    public var user: String?
    public var share: String?
    public var path: RemotePath
    /// The text ended in a slash, so what it names can only be a folder.
    public var namesFolder: Bool

    private static let scheme = "smb://"

    /// Whether the text asks for a server rather than a local file.
    public static func isRemote(_ text: String) -> Bool {
        text.utf8.count >= scheme.utf8.count
            && text.prefix(scheme.count).lowercased() == scheme
    }

    public init(parsing text: String) throws(LocationError) {
        guard Self.isRemote(text) else { throw LocationError(.scheme, in: text) }
        let rest = text.dropFirst(Self.scheme.count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        namesFolder = text.hasSuffix("/")

        var hostAndPort = authority
        (domain, user) = (nil, nil)
        if let at = authority.lastIndex(of: "@") {
            (domain, user) = try Self.parseUser(authority[..<at], in: text)
            hostAndPort = authority[authority.index(after: at)...]
        }
        address = try Self.parseAddress(hostAndPort, in: text)

        (share, path) = (nil, .root)
        for part in rest[slash...].split(separator: "/") {
            guard let name = PercentEncoding.decode(part) else {
                throw LocationError(.escape, in: text)
            }
            guard share != nil else {
                guard EntryName.isSafe(name) else { throw LocationError(.share, in: text) }
                share = name
                continue
            }
            switch name {
            case ".": continue
            case "..":
                guard !path.isRoot else { throw LocationError(.aboveShare, in: text) }
                path = path.parent
            default: try path.append(name)
            }
        }
    }

    private static func parseUser(
        _ part: Substring,
        in text: String
    ) throws(LocationError) -> (domain: String?, user: String?) {
        if part.contains(":") { throw LocationError(.password, in: "") }
        guard let decoded = PercentEncoding.decode(part) else {
            throw LocationError(.escape, in: text)
        }
        guard let semicolon = decoded.firstIndex(of: ";") else {
            return (nil, decoded.isEmpty ? nil : decoded)
        }
        let user = String(decoded[decoded.index(after: semicolon)...])
        return (String(decoded[..<semicolon]), user.isEmpty ? nil : user)
    }

    private static func parseAddress(
        _ part: Substring,
        in text: String
    ) throws(LocationError) -> ServerAddress {
        var host: Substring
        var port: Substring?
        if part.first == "[" {
            // RFC 3986 3.2.2: an IPv6 address stands in brackets.
            guard let end = part.firstIndex(of: "]") else { throw LocationError(.host, in: text) }
            host = part[part.index(after: part.startIndex)..<end]
            let rest = part[part.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { throw LocationError(.host, in: text) }
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard host.contains(":") else { throw LocationError(.host, in: text) }
        } else {
            let pieces = part.split(separator: ":", omittingEmptySubsequences: false)
            guard pieces.count <= 2 else { throw LocationError(.host, in: text) }
            host = pieces.first ?? ""
            port = pieces.count == 2 ? pieces[1] : nil
        }
        guard let name = PercentEncoding.decode(host) else {
            throw LocationError(.escape, in: text)
        }
        guard !name.isEmpty, !name.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) else {
            throw LocationError(.host, in: text)
        }
        guard let port else { return ServerAddress(host: name) }
        guard let number = UInt16(port), number > 0 else { throw LocationError(.port, in: text) }
        return ServerAddress(host: name, port: number)
    }
}

extension Location: CustomStringConvertible {
    public var description: String {
        var text = Self.scheme
        if let domain { text += PercentEncoding.encode(domain) + ";" }
        if let user { text += PercentEncoding.encode(user) + "@" }
        text += address.description
        if let share { text += "/" + PercentEncoding.encode(share) }
        for name in path.components { text += "/" + PercentEncoding.encode(name) }
        return text
    }
}
