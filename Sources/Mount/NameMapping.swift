/// How names are said to a server that keeps Windows' rules for them: characters that those forbid
/// travel as the private ones that Macs, cifs and Samba use for them ("Services for Macintosh").
struct NameMapping: Sendable {
    /// A server with the POSIX extensions takes names as they are.
    var isPlain: Bool

    /// The name as the server shall have it.
    func wire(_ name: String) -> String {
        guard !isPlain else { return name }
        let count = name.unicodeScalars.count
        var text = ""
        for (index, scalar) in name.unicodeScalars.enumerated() {
            text.unicodeScalars.append(Self.hidden(scalar, isLast: index == count - 1))
        }
        return text
    }

    /// The name as programs here see it; nil for one that no directory can hold.
    func local(_ name: String) -> String? {
        guard !isPlain else { return Self.checked(name) }
        var text = ""
        for scalar in name.unicodeScalars { text.unicodeScalars.append(Self.shown(scalar)) }
        return Self.checked(text)
    }

    private static func checked(_ name: String) -> String? {
        guard !name.isEmpty, name != ".", name != "..",
            !name.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") })
        else { return nil }
        return name
    }

    private static let pairs: [(shown: Unicode.Scalar, hidden: Unicode.Scalar)] = [
        ("\"", "\u{F020}"), ("*", "\u{F021}"), (":", "\u{F022}"), ("<", "\u{F023}"),
        (">", "\u{F024}"), ("?", "\u{F025}"), ("\\", "\u{F026}"), ("|", "\u{F027}"),
    ]

    private static func hidden(_ scalar: Unicode.Scalar, isLast: Bool) -> Unicode.Scalar {
        if scalar.value < 0x20 { return Unicode.Scalar(0xF000 + scalar.value) ?? scalar }
        // Windows drops them where they end a name.
        if isLast, scalar == " " { return "\u{F028}" }
        if isLast, scalar == "." { return "\u{F029}" }
        return pairs.first { $0.shown == scalar }?.hidden ?? scalar
    }

    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "\u{F001}"..."\u{F01F}": return Unicode.Scalar(scalar.value - 0xF000) ?? scalar
        case "\u{F028}": return " "
        case "\u{F029}": return "."
        default: return pairs.first { $0.hidden == scalar }?.shown ?? scalar
        }
    }
}
