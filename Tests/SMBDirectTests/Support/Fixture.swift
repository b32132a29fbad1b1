import Foundation

/// Messages of real peers, from `Fixtures/Direct`: hexadecimal bytes, two spaces, the field's name;
/// each message behind a line that says where it comes from.
struct Fixture {
    let messages: [[UInt8]]

    init(_ name: String) throws {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "Fixtures/Direct/\(name).hex")
        let text = try String(contentsOf: file, encoding: .utf8)
        var messages: [[UInt8]] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("#") {
                messages.append([])
                continue
            }
            let digits = (line.split(separator: "  ", maxSplits: 1).first ?? "")
                .split(separator: " ")
            for pair in digits {
                guard let byte = UInt8(pair, radix: 16), !messages.isEmpty else {
                    throw Malformed(line: String(line))
                }
                messages[messages.count - 1].append(byte)
            }
        }
        self.messages = messages
    }

    struct Malformed: Error { let line: String }

    var message: [UInt8] { messages[0] }
}
