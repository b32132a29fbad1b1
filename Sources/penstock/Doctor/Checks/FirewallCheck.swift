/// Whether this machine's firewall lets clients in.
enum FirewallCheck {
    /// MS-SMB2 1.9, MS-SMBD 1.9, and the port of every RoCE v2 packet.
    static let ports: [(FirewallRules.Transport, Int, String)] = [
        (.tcp, 445, "SMB over TCP"), (.tcp, 5445, "SMB Direct over iWARP"),
        (.udp, 4791, "RoCE"),
    ]

    static func findings(_ facts: MachineFacts) -> [Finding] {
        let subject = "firewall"
        guard case .rules(let rules) = facts.firewall else {
            return [
                .note(
                    subject,
                    "only root can read its rules",
                    mend: "sudo penstock doctor"
                )
            ]
        }
        let findings = ports.compactMap { transport, port, what -> Finding? in
            guard let drop = rules.drop(transport, port) else { return nil }
            return .problem(
                subject,
                "\(transport.rawValue) port \(port) (\(what)) is closed to other machines by "
                    + "'\(drop.rule)' in \(drop.table) \(drop.chain)",
                mend: command(drop, transport, port)
            )
        }
        return findings.isEmpty
            ? [.ok(subject, "lets in TCP 445 and 5445, and UDP 4791")] : findings
    }

    private static func command(
        _ drop: FirewallRules.Drop,
        _ transport: FirewallRules.Transport,
        _ port: Int
    ) -> String {
        // The tables of nft have a family in front of their name; those of iptables do not.
        let isNFT = drop.table.contains(" ")
        return isNFT
            ? "sudo nft insert rule \(drop.table) \(drop.chain) \(transport.rawValue) dport \(port)"
                + " accept"
            : "sudo iptables -I \(drop.chain) -p \(transport.rawValue) --dport \(port) -j ACCEPT"
    }
}
