import ArgumentParser

/// `ADDR:PORT`, `[V6]:PORT`, `ADDR` or `:PORT`.
struct ListenAddress: Hashable {
    static let defaultPort: UInt16 = 445

    var host: String
    var port: UInt16

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    init(text: String) throws {
        var host = Substring(text)
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else {
                throw CommandFailure(.usage, "'\(text)' lacks the closing bracket.")
            }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            if rest.hasPrefix(":") {
                port = rest.dropFirst()
            } else if !rest.isEmpty {
                throw CommandFailure(.usage, "'\(text)' is no [ADDR]:PORT.")
            }
        } else if text.filter({ $0 == ":" }).count == 1, let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        self.host = host.isEmpty ? "0.0.0.0" : String(host)
        self.port = Self.defaultPort
        guard let port else { return }
        guard let number = UInt16(port) else {
            throw CommandFailure(.usage, "'\(port)' in '\(text)' is no port: 0 to 65535.")
        }
        self.port = number
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
