/// Reads what `iptables-save` prints.
enum IPTablesText {
    static func parse(_ text: String) -> FirewallRules {
        var rules = FirewallRules()
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let first = words.first else { continue }
            if first.hasPrefix("*") {
                rules.tables.append(.init(name: String(first.dropFirst())))
            } else if first.hasPrefix(":"), words.count >= 2, !rules.tables.isEmpty {
                let name = String(first.dropFirst())
                // Of the table nat, INPUT decides about nothing.
                let isInput = name == "INPUT" && rules.tables.last?.name != "nat"
                rules.tables[rules.tables.count - 1].chains.append(
                    .init(name: name, isInput: isInput, dropsByDefault: words[1] == "DROP")
                )
            } else if first == "-A", words.count >= 2, let table = rules.tables.indices.last,
                let chain = rules.tables[table].chains.firstIndex(where: { $0.name == words[1] }),
                let rule = rule(words)
            {
                rules.tables[table].chains[chain].rules.append(rule)
            }
        }
        return rules
    }

    private static func rule(_ words: [Substring]) -> FirewallRules.Rule? {
        var rule = FirewallRules.Rule(
            ports: [],
            isConditional: false,
            verdict: .leave,
            text: words.joined(separator: " ")
        )
        var decides = false
        var rest = words.dropFirst(2)
        while let word = rest.popFirst() {
            switch word {
            case "-p":
                rule.transport = rest.popFirst().flatMap { .init(rawValue: String($0)) }
                if rule.transport == nil { rule.isConditional = true }
            case "-m":
                // Tcp, udp, multiport and comment bring no condition of their own.
                let known: Set<Substring> = ["tcp", "udp", "multiport", "comment"]
                if let module = rest.popFirst(), !known.contains(module) {
                    rule.isConditional = true
                }
            case "--dport", "--dports":
                let ranges = (rest.popFirst() ?? "").split(separator: ",").map {
                    NFTablesText.range($0, separator: ":")
                }
                rule.ports = ranges.compactMap { $0 }
                if rule.ports.count != ranges.count { rule.isConditional = true }
            case "--comment":
                // Words in quotes, up to the one that closes them.
                if let first = rest.popFirst(), first.hasPrefix("\""), !first.hasSuffix("\"") {
                    while let word = rest.popFirst(), !word.hasSuffix("\"") {}
                }
            case "-j", "-g":
                let target = rest.popFirst().map(String.init) ?? ""
                decides = true
                switch target {
                case "ACCEPT": rule.verdict = .accept
                case "DROP", "REJECT": rule.verdict = .drop
                case "RETURN": rule.verdict = .leave
                case "LOG", "MARK", "CONNMARK", "NFLOG": decides = false
                default: rule.verdict = word == "-j" ? .visit(target) : .replace(target)
                }
                // What follows says how: --reject-with and the like.
                rest = []
            default: rule.isConditional = true
            }
        }
        return decides ? rule : nil
    }
}
