/// What a fuzzer does to the answers of a server on their way to our client.
///
/// Each edit is eight bytes: the answer's number, what to do, an offset and a count (two bytes
/// each), and two bytes of data.
struct ReplyEdits {
    private struct Edit {
        var reply: Int
        var operation: UInt8
        var offset: Int
        var count: Int
        var data: [UInt8]
    }

    private static let editSize = 8
    private static let editCountMax = 32

    private var edits: [Edit] = []
    private var replyCount = 0

    init(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while rest.count >= Self.editSize, edits.count < Self.editCountMax {
            let edit = Array(rest.prefix(Self.editSize))
            rest = rest.dropFirst(Self.editSize)
            edits.append(
                Edit(
                    reply: Int(edit[0]),
                    operation: edit[1] % 6,
                    offset: Int(edit[2]) | Int(edit[3]) << 8,
                    count: Int(edit[4]) | Int(edit[5]) << 8,
                    data: Array(edit[6...])
                )
            )
        }
    }

    /// The messages that arrive in place of the next answer.
    mutating func apply(to reply: [UInt8]) -> [[UInt8]] {
        defer { replyCount += 1 }
        var bytes = reply
        var isDoubled = false
        for edit in edits where edit.reply == replyCount && !bytes.isEmpty {
            let start = edit.offset % bytes.count
            let end = min(bytes.count, start + edit.count)
            switch edit.operation {
            case 0: bytes[start] = edit.data[0]
            case 1:
                bytes.replaceSubrange(
                    start..<min(bytes.count, start + 2),
                    with: edit.data.prefix(bytes.count - start)
                )
            case 2: bytes.removeSubrange(start...)
            case 3: bytes.removeSubrange(start..<end)
            case 4:
                bytes.insert(
                    contentsOf: repeatElement(edit.data[0], count: edit.count % 4096),
                    at: start
                )
            default: isDoubled = true
            }
        }
        return isDoubled ? [bytes, bytes] : [bytes]
    }
}
