extension AccountList {
    /// Where a users file cannot be understood, and what would be.
    public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        public var line: Int
        public var reason: String
        public var description: String { "line \(line): \(reason)" }
    }

    /// More lines than a file of hand-kept accounts has; a longer one is something else.
    public static let lineCountMax = 100_000

    /// What a password begins with that is given by its hash.
    static let hashPrefix = "$nt$"

    /// Reads lines `name:password` and `name:$nt$<32 hexadecimal digits>`; lines that are empty
    /// or begin with `#` say nothing. A password goes to the end of its line, spaces and colons
    /// included.
    public init(parsing text: String) throws(ParseError) {
        self.init()
        let lines = text.split(
            maxSplits: Self.lineCountMax,
            omittingEmptySubsequences: false,
            whereSeparator: \.isNewline
        )
        for (index, line) in lines.enumerated() {
            if line.allSatisfy(\.isWhitespace) || line.first == "#" { continue }
            let number = index + 1
            guard index < Self.lineCountMax else {
                throw ParseError(line: number, reason: "the file has too many lines")
            }
            try add(line, number: number)
        }
    }

    private mutating func add(_ line: Substring, number: Int) throws(ParseError) {
        guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
            throw ParseError(line: number, reason: "write name:password or name:$nt$HASH")
        }
        let user = String(line[..<colon])
        let secret = line[line.index(after: colon)...]
        let hash: NTHash
        if secret.hasPrefix(Self.hashPrefix) {
            let digits = secret.dropFirst(Self.hashPrefix.count)
            guard let parsed = NTHash(hexadecimal: digits) else {
                throw ParseError(
                    line: number,
                    reason: "32 hexadecimal digits must follow \(Self.hashPrefix)"
                )
            }
            hash = parsed
        } else {
            guard !secret.isEmpty else {
                throw ParseError(line: number, reason: "the password of \(user) is missing")
            }
            hash = NTHash(password: String(secret))
        }
        guard add(user: user, hash: hash) else {
            throw ParseError(line: number, reason: "\(user) stands there twice")
        }
    }

    /// Whether a file of that `st_mode` is kept from everybody but its owner, as a file with
    /// passwords must be.
    public static func isPrivate(mode: UInt32) -> Bool { mode & 0o077 == 0 }
}
