/// The file format of mount.cifs(8): `username=`, `password=` and `domain=` lines.
public struct CredentialsFile: Hashable, Sendable {
    public var user: String?
    public var password: String?
    public var domain: String?

    /// More than any such file holds; a larger one is something else.
    public static let byteCountMax = 64 * 1024

    public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        public var line: Int
        public var description: String {
            "line \(line) is not username=..., password=... or domain=..."
        }
    }

    /// Empty lines and lines that begin with `#` say nothing. A password is taken to the end of
    /// its line, spaces included.
    public init(parsing text: String) throws(ParseError) {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in lines.enumerated() {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if trimmed.isEmpty || trimmed.first == "#" { continue }
            guard let equals = trimmed.firstIndex(of: "=") else {
                throw ParseError(line: index + 1)
            }
            let key = trimmed[..<equals].filter { $0 != " " && $0 != "\t" }.lowercased()
            let value = String(trimmed[trimmed.index(after: equals)...])
            switch key {
            case "username", "user": user = value
            case "password", "pass": password = value
            case "domain", "dom", "workgroup": domain = value
            default: throw ParseError(line: index + 1)
            }
        }
        guard let name = user, domain == nil else { return }
        // mount.cifs also takes DOMAIN\user and DOMAIN/user.
        if let slash = name.firstIndex(where: { $0 == "\\" || $0 == "/" }) {
            domain = String(name[..<slash])
            user = String(name[name.index(after: slash)...])
        }
    }
}
