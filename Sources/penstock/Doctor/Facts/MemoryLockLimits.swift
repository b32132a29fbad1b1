/// The lines of /etc/security/limits.conf and limits.d that are about locked memory
/// (limits.conf(5)).
struct MemoryLockLimits {
    private struct Line {
        var domain: String
        var isHard: Bool
        var isSoft: Bool
        var bytes: UInt64
    }

    private var lines: [Line] = []

    /// Takes the files one after the other: later ones go before earlier ones.
    mutating func parse(_ text: String) {
        for line in text.split(separator: "\n") {
            let fields = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard fields.count == 4, fields[2] == "memlock", let bytes = Self.bytes(fields[3])
            else { continue }
            lines.append(
                Line(
                    domain: String(fields[0]),
                    isHard: fields[1] != "soft",
                    isSoft: fields[1] != "hard",
                    bytes: bytes
                )
            )
        }
    }

    /// What a user may lock after the next login; nil where no line says it. A line for the user
    /// goes before one for a group, and that before one for everybody.
    func bytes(user: String, groups: Set<String>) -> UInt64? {
        let ranks: [(String) -> Bool] = [
            { $0 == user },
            { $0.hasPrefix("@") && groups.contains(String($0.dropFirst())) },
            { $0 == "*" && user != "root" },
        ]
        func last(_ isWanted: (Line) -> Bool) -> UInt64? {
            for applies in ranks {
                if let line = lines.last(where: { isWanted($0) && applies($0.domain) }) {
                    return line.bytes
                }
            }
            return nil
        }
        guard let soft = last(\.isSoft) else { return nil }
        return min(soft, last(\.isHard) ?? soft)
    }

    private static func bytes(_ value: Substring) -> UInt64? {
        if ["unlimited", "infinity", "-1"].contains(value) { return .max }
        guard let kibibytes = UInt64(value) else { return nil }
        let (bytes, overflow) = kibibytes.multipliedReportingOverflow(by: 1024)
        return overflow ? .max : bytes
    }
}
