/// Reads what `networksetup` and `ifconfig` print.
enum NetworkSetupText {
    struct Interfaces: Hashable {
        /// Members of each bridge that is up.
        var bridges: [String: Set<String>] = [:]
        /// Interfaces with an IPv4 address.
        var withIPv4: Set<String> = []
    }

    /// `networksetup -listallhardwareports`: the devices of ports named Thunderbolt, but not of
    /// the bridge over them.
    static func thunderboltInterfaces(in text: String) -> Set<String> {
        var result: Set<String> = []
        var port = ""
        for line in text.split(separator: "\n") {
            if let name = value(of: "Hardware Port:", in: line) { port = name }
            if let device = value(of: "Device:", in: line), port.hasPrefix("Thunderbolt"),
                !port.contains("Bridge")
            {
                result.insert(device)
            }
        }
        return result
    }

    /// `ifconfig`: an interface begins at the left edge, what belongs to it is indented.
    static func interfaces(in text: String) -> Interfaces {
        var result = Interfaces()
        var name = ""
        var isUp = false
        for line in text.split(separator: "\n") {
            if line.first?.isWhitespace == false {
                name = String(line.prefix { $0 != ":" })
                let flags = line.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" }
                isUp = flags.split(separator: ",").contains("UP")
                continue
            }
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2 else { continue }
            if words[0] == "inet" { result.withIPv4.insert(name) }
            if words[0] == "member:", isUp {
                result.bridges[name, default: []].insert(String(words[1]))
            }
        }
        return result
    }

    private static func value(of key: String, in line: Substring) -> String? {
        guard line.hasPrefix(key) else { return nil }
        return line.dropFirst(key.count).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
    }
}
