/// Reads what `nft list ruleset` prints.
enum NFTablesText {
    static func parse(_ text: String) -> FirewallRules {
        var rules = FirewallRules()
        var chain: FirewallRules.Chain?
        // Braces opened by what is neither a table nor a chain: sets and maps.
        var foreignDepth = 0
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            if foreignDepth > 0 {
                foreignDepth += line.count { $0 == "{" } - line.count { $0 == "}" }
            } else if chain == nil, first == "table", words.last == "{" {
                let name = words.dropFirst().dropLast().joined(separator: " ")
                rules.tables.append(.init(name: name))
            } else if chain == nil, first == "chain", words.count >= 2 {
                chain = .init(name: String(words[1]))
            } else if first == "}" {
                if let done = chain, !rules.tables.isEmpty {
                    rules.tables[rules.tables.count - 1].chains.append(done)
                }
                chain = nil
            } else if chain == nil {
                foreignDepth = max(0, line.count { $0 == "{" } - line.count { $0 == "}" })
            } else if first == "type" {
                chain?.isInput = line.contains("hook input")
                chain?.dropsByDefault = line.contains("policy drop")
            } else if let rule = rule(words) {
                chain?.rules.append(rule)
            }
        }
        return rules
    }

    /// Nil for what decides nothing: a counter, a log, a mark.
    private static func rule(_ words: [Substring]) -> FirewallRules.Rule? {
        var rule = FirewallRules.Rule(
            ports: [],
            isConditional: false,
            verdict: .leave,
            text: words.joined(separator: " ")
        )
        var decides = false
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "tcp", "udp":
                rule.transport = .init(rawValue: String(word))
                guard rest.popFirst() == "dport", let ports = ports(&rest) else {
                    rule.isConditional = true
                    continue
                }
                rule.ports = ports
            case "meta", "ip", "ip6":
                let field = rest.popFirst()
                let value = rest.popFirst().map(String.init) ?? ""
                let isProtocol = field == "l4proto" || field == "protocol" || field == "nexthdr"
                if isProtocol, let transport = FirewallRules.Transport(rawValue: value) {
                    rule.transport = transport
                } else {
                    rule.isConditional = true
                }
            case "counter":
                if rest.first == "packets" { rest = rest.dropFirst(4) }
            case "comment": rest = []
            case "log": rest = rest.drop { !["accept", "drop", "reject"].contains($0) }
            case "accept": (rule.verdict, decides) = (.accept, true)
            case "drop": (rule.verdict, decides) = (.drop, true)
            case "reject":
                (rule.verdict, decides) = (.drop, true)
                rest = []
            case "return": decides = true
            case "jump", "goto":
                let target = rest.popFirst().map(String.init) ?? ""
                rule.verdict = word == "jump" ? .visit(target) : .replace(target)
                decides = true
            default: rule.isConditional = true
            }
        }
        return decides ? rule : nil
    }

    /// `445`, `137-139`, `{ 445, 5445 }`, or names of services; nil for what is none of these.
    private static func ports(_ rest: inout ArraySlice<Substring>) -> [ClosedRange<Int>]? {
        guard let first = rest.popFirst() else { return nil }
        guard first == "{" else { return range(first).map { [$0] } }
        var ranges: [ClosedRange<Int>] = []
        while let word = rest.popFirst(), word != "}" {
            guard let range = range(word.prefix { $0 != "," }) else { return nil }
            ranges.append(range)
        }
        return ranges
    }

    static func range(_ text: Substring, separator: Character = "-") -> ClosedRange<Int>? {
        if text == "microsoft-ds" { return 445...445 }
        let ends = text.split(separator: separator).map { Int($0) }
        switch ends.count {
        case 1: return ends[0].map { $0...$0 }
        case 2:
            guard let low = ends[0], let high = ends[1], low <= high else { return nil }
            return low...high
        default: return nil
        }
    }
}
