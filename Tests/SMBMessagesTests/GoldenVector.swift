import Foundation
import Wire

@testable import SMBMessages

/// A message of a real peer, from `Fixtures/Messages`: hexadecimal bytes, then two spaces and the
/// name of the field.
struct GoldenVector {
    let bytes: [UInt8]

    init(_ name: String) throws {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "Fixtures/Messages/\(name).hex")
        let text = try String(contentsOf: file, encoding: .utf8)
        var bytes: [UInt8] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let fields = line.split(separator: "  ", maxSplits: 1, omittingEmptySubsequences: false)
            for digits in (fields.first ?? "").split(separator: " ") {
                guard let byte = UInt8(digits, radix: 16) else { throw Malformed(line: "\(line)") }
                bytes.append(byte)
            }
        }
        self.bytes = bytes
    }

    struct Malformed: Error { let line: String }

    /// Everything behind the header.
    var body: [UInt8] { Array(bytes[Header.size...]) }

    /// Runs `body` with a reader behind the header of the first `count` bytes.
    static func read<T>(
        _ bytes: [UInt8],
        _ body: (inout WireReader) throws(WireError) -> T
    ) throws(WireError) -> T {
        try withReader(over: bytes) { reader throws(WireError) in
            try reader.seek(to: Header.size)
            return try body(&reader)
        }
    }
}

/// What `write` puts behind a header.
func encodedBody(_ write: (inout WireWriter) -> Void) -> [UInt8] {
    var writer = WireWriter()
    writer.beginMessage()
    writer.write(zeros: Header.size)
    write(&writer)
    return Array(writer.finish()[Header.size...])
}

/// What `write` puts at the start of a buffer.
func encoded(_ write: (inout WireWriter) -> Void) -> [UInt8] {
    var writer = WireWriter()
    write(&writer)
    return writer.finish()
}
