/// A search pattern of QUERY_DIRECTORY or FindFirst (MS-FSA 2.1.4.4).
///
/// `*` and `?` are joined by the three that Windows makes of DOS patterns: `<` (any characters but
/// the last period), `>` (one character, or nothing before a period or the end) and `"`
/// (a period, or nothing at the end).
public struct WildcardPattern: Hashable, Sendable {
    public let text: String
    public let isCaseSensitive: Bool
    /// Whether every name matches.
    public let matchesEverything: Bool
    private let pattern: [Unicode.Scalar]

    /// `*`, for a listing of everything.
    public static let everything = WildcardPattern("*")

    public init(_ text: String, caseSensitive: Bool = false) {
        self.text = text
        isCaseSensitive = caseSensitive
        matchesEverything = text == "*" || text == "*.*" || text.isEmpty
        pattern = text.unicodeScalars.map { caseSensitive ? $0 : NameFolding.upper($0) }
    }

    /// Whether the pattern can match more than one name.
    public var hasWildcards: Bool {
        text.unicodeScalars.contains { "*?<>\"".unicodeScalars.contains($0) }
    }

    public func matches(_ name: String) -> Bool {
        if matchesEverything { return true }
        let scalars = name.unicodeScalars.map { isCaseSensitive ? $0 : NameFolding.upper($0) }
        return Self.match(pattern, scalars)
    }

    /// Runs all ways to match side by side: `reached[i]` says that the first `i` pattern characters
    /// match the name so far. The work is bounded by the product of the two lengths.
    private static func match(_ pattern: [Unicode.Scalar], _ name: [Unicode.Scalar]) -> Bool {
        let lastPeriod = name.lastIndex(of: ".") ?? -1
        var reached = [Bool](repeating: false, count: pattern.count + 1)
        reached[0] = true
        skipEmpty(pattern, &reached, atEnd: name.isEmpty, beforePeriod: name.first == ".")
        for (position, character) in name.enumerated() {
            var next = [Bool](repeating: false, count: pattern.count + 1)
            for index in 0..<pattern.count where reached[index] {
                switch pattern[index] {
                case "*":
                    next[index] = true
                case "<":
                    if position != lastPeriod { next[index] = true }
                case "?":
                    next[index + 1] = true
                case ">":
                    if character != "." { next[index + 1] = true }
                case "\"":
                    if character == "." { next[index + 1] = true }
                case let literal:
                    if literal == character { next[index + 1] = true }
                }
            }
            let following = position + 1
            skipEmpty(
                pattern,
                &next,
                atEnd: following == name.count,
                beforePeriod: following < name.count && name[following] == "."
            )
            reached = next
        }
        return reached[pattern.count]
    }

    /// Follows the pattern characters that may match nothing at this point of the name.
    private static func skipEmpty(
        _ pattern: [Unicode.Scalar],
        _ reached: inout [Bool],
        atEnd: Bool,
        beforePeriod: Bool
    ) {
        for index in 0..<pattern.count where reached[index] {
            switch pattern[index] {
            case "*", "<": reached[index + 1] = true
            case ">" where atEnd || beforePeriod: reached[index + 1] = true
            case "\"" where atEnd: reached[index + 1] = true
            default: break
            }
        }
    }
}
