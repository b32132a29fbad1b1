internal import SMBDirect
internal import SMBMessages
internal import Transport
internal import Wire

/// What travels, in words, for whoever hunts a failure.
enum MessageTrace {
    static func describe(_ item: SimulatedItem) -> String {
        switch item {
        case .message(let message):
            "message \(commands(of: message.head)) +\(message.payload.count)"
        case .part(let message, let count): "\(count) bytes of \(commands(of: message.head))"
        case .write(_, offset: _, let count, let memory):
            "write of \(count) to token \(memory.first.token)"
        case .fetch(let fetch): "fetch of \(fetch.count) from token \(fetch.memory.first.token)"
        case .fetched(let fetch): "fetched \(fetch.count)"
        case .end: "end"
        }
    }

    /// The commands of a compound, with what matters for channels and repetitions.
    private static func commands(of head: [UInt8]) -> String {
        var texts: [String] = []
        var start = 0
        while start + Header.size <= head.count {
            var next = 0
            let text = withReader(over: Array(head[start...])) { reader -> String in
                guard let header = try? Header(from: &reader) else { return "?" }
                next = Int(header.nextCommand)
                let repeated = header.flags.contains(.replay) ? " replay" : ""
                let status = header.isResponse ? " \(header.status)" : ""
                return "\(header.command) \(header.messageID)\(repeated)\(status)"
            }
            texts.append(text)
            guard next >= Header.size else { break }
            start += next
        }
        return texts.joined(separator: ", ")
    }
}
