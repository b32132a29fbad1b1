internal import Glibc

/// Loads that `make bench` drives: one line of the result per run, on standard output.
@main
struct Bench {
    static let usage = """
        usage: penstock-bench transport-serve FILE
               penstock-bench transport-read PORT BYTES BLOCK DEPTH
               penstock-bench direct-serve FILE PORT
               penstock-bench direct-read|direct-write|direct-ping HOST PORT BYTES BLOCK DEPTH
               \(SMBLoad.usage)

        """

    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        switch words.first {
        case "transport-serve" where words.count == 2:
            TransportServer.run(file: words[1])
        case "transport-read" where words.count == 5:
            guard let port = UInt16(words[1]), let byteCount = Int(words[2]),
                let block = Int(words[3]), let depth = Int(words[4])
            else { fail(usage) }
            TransportReader.run(port: port, byteCount: byteCount, block: block, depth: depth)
        case "direct-serve" where words.count == 3:
            guard let port = UInt16(words[2]) else { fail(usage) }
            DirectServer.run(file: words[1], port: port)
        case "direct-read" where words.count == 6, "direct-write" where words.count == 6,
            "direct-ping" where words.count == 6:
            direct(words)
        case "smb" where words.count >= 7:
            do {
                var load = try SMBLoad(Array(words[1...4]))
                try await load.run(Array(words[5...]))
            } catch {
                fail("\(error)")
            }
        default:
            fail(usage)
        }
    }

    private static func direct(_ words: [String]) -> Never {
        guard let port = UInt16(words[2]), let byteCount = Int(words[3]),
            let block = Int(words[4]), let depth = Int(words[5]), block > 0
        else { fail(usage) }
        let kinds: [String: DirectRequest.Kind] = [
            "direct-read": .read, "direct-write": .write, "direct-ping": .ping,
        ]
        let load = DirectClient.Load(
            kind: kinds[words[0]] ?? .read,
            byteCount: byteCount,
            block: block,
            depth: depth,
            fileByteCount: 64 << 20,
        )
        DirectClient.run(host: words[1], port: port, load: load)
    }
}

/// Says what is wrong and ends the program.
func fail(_ text: String) -> Never {
    writeAll(text.hasSuffix("\n") ? text : text + "\n", to: 2)
    exit(64)
}

/// Writes text at once: the reader of a pipe waits for it.
func writeAll(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let count = unsafe bytes.withUnsafeBytes {
            unsafe write(descriptor, $0.baseAddress, $0.count)
        }
        guard count > 0 else { return }
        bytes = bytes.dropFirst(count)
    }
}
