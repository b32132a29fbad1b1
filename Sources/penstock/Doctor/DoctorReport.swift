/// How the findings are shown.
struct DoctorReport {
    var findings: [Finding]

    var problemCount: Int { findings.count { $0.level == .problem } }

    /// A line for each finding, and beneath it what mends it.
    var lines: [String] {
        let width = findings.map(\.subject.count).max() ?? 0
        return findings.flatMap { finding -> [String] in
            let level = Self.padded(finding.level.rawValue, 7)
            let line = "\(level)  \(Self.padded(finding.subject, width))  \(finding.text)"
            return [line] + finding.commands.map { "           mend: \($0)" }
        } + [summary]
    }

    var json: JSONText {
        .object([
            ("problems", .number(UInt64(problemCount))),
            (
                "findings",
                .array(
                    findings.map { finding in
                        .object([
                            ("level", .string(finding.level.rawValue)),
                            ("subject", .string(finding.subject)),
                            ("text", .string(finding.text)),
                            ("mend", .array(finding.commands.map(JSONText.string))),
                        ])
                    }
                )
            ),
        ])
    }

    private var summary: String {
        switch problemCount {
        case 0: "no problem found"
        case 1: "1 problem found"
        default: "\(problemCount) problems found"
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
