/// The rules that decide about packets coming in, as far as a port number can tell.
struct FirewallRules: Hashable {
    enum Transport: String { case tcp, udp }

    struct Rule: Hashable {
        enum Verdict: Hashable {
            case accept
            case drop
            case leave
            case visit(String)
            case replace(String)
        }

        /// Nil: any.
        var transport: Transport?
        /// Empty: any.
        var ports: [ClosedRange<Int>]
        /// There are conditions that the port says nothing about: it applies to some packets.
        var isConditional: Bool
        var verdict: Verdict
        /// As its owner wrote it.
        var text: String
    }

    struct Chain: Hashable {
        var name: String
        var isInput = false
        var dropsByDefault = false
        var rules: [Rule] = []
    }

    /// Chains call each other by name within their table.
    struct Table: Hashable {
        var name: String
        var chains: [Chain] = []
    }

    /// Chains call chains; a ring of them ends here.
    private static let depthMax = 16

    var tables: [Table] = []

    /// What drops a packet to that port from anywhere: a rule or a policy, and its table and chain.
    struct Drop: Hashable {
        var rule: String
        var table: String
        var chain: String
    }

    func drop(_ transport: Transport, _ port: Int) -> Drop? {
        for table in tables {
            for chain in table.chains where chain.isInput {
                switch walk(chain, table, transport, port, depth: 0) {
                case .drop(let rule):
                    return Drop(rule: rule, table: table.name, chain: chain.name)
                case .accept: continue
                case .undecided:
                    if chain.dropsByDefault {
                        return Drop(rule: "policy drop", table: table.name, chain: chain.name)
                    }
                }
            }
        }
        return nil
    }

    private enum Outcome { case accept, drop(String), undecided }

    private func walk(
        _ chain: Chain,
        _ table: Table,
        _ transport: Transport,
        _ port: Int,
        depth: Int
    ) -> Outcome {
        guard depth < Self.depthMax else { return .undecided }
        for rule in chain.rules where !rule.isConditional {
            guard rule.transport == nil || rule.transport == transport,
                rule.ports.isEmpty || rule.ports.contains(where: { $0.contains(port) })
            else { continue }
            switch rule.verdict {
            case .accept: return .accept
            case .drop: return .drop(rule.text)
            case .leave: return .undecided
            case .visit(let name), .replace(let name):
                guard let target = table.chains.first(where: { $0.name == name }) else { continue }
                let outcome = walk(target, table, transport, port, depth: depth + 1)
                if case .undecided = outcome {
                    if case .replace = rule.verdict { return .undecided }
                    continue
                }
                return outcome
            }
        }
        return .undecided
    }
}
