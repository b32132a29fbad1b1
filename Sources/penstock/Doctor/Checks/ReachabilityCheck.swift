/// What the attempts to reach a server tell.
enum ReachabilityCheck {
    static func findings(_ facts: ReachabilityFacts) -> [Finding] {
        var findings: [Finding] = []
        let tcp = facts.attempts.filter { $0.way == "TCP" }
        let rdma = facts.attempts.filter { $0.way == "RDMA" }
        findings += tcp.map { attempt in
            switch attempt.result {
            case .answered(let text):
                .ok("TCP to \(facts.host)", "\(attempt.place): \(text)")
            case .failed(let reason):
                .problem(
                    "TCP to \(facts.host)",
                    "\(attempt.place): \(reason)",
                    mend: "penstock serve SHARE=PATH --listen ADDRESS:PORT"
                        + "  # on \(facts.host), if no server runs there",
                    "sudo penstock doctor  # on \(facts.host), for its firewall"
                )
            }
        }
        findings += rdmaFindings(facts, rdma, tcpWorks: tcp.contains { $0.result.isAnswer })
        if let path = facts.path { findings += [finding(path, facts.host)].compactMap { $0 } }
        return findings
    }

    /// A server listens on one port for each kind of device, so one answer is enough.
    private static func rdmaFindings(
        _ facts: ReachabilityFacts,
        _ attempts: [ReachabilityFacts.Attempt],
        tcpWorks: Bool
    ) -> [Finding] {
        let subject = "RDMA to \(facts.host)"
        guard facts.triesRDMA else {
            return [.note(subject, "not tried: this machine has no RDMA device that works")]
        }
        for attempt in attempts {
            if case .answered(let text) = attempt.result {
                return [.ok(subject, "\(attempt.place): \(text)")]
            }
        }
        let reasons = attempts.compactMap { attempt -> String? in
            guard case .failed(let reason) = attempt.result else { return nil }
            return "\(attempt.place): \(reason)"
        }
        return [
            .problem(
                subject,
                reasons.joined(separator: "; ")
                    + (tcpWorks ? "; SMB works over TCP meanwhile" : ""),
                mend: "sudo penstock doctor  # on \(facts.host), for its devices and firewall",
                "penstock serve SHARE=PATH --rdma require"
                    + "  # on \(facts.host): says what is missing",
                "sudo rdma link delete NAME; sudo rdma link add NAME type rxe netdev INTERFACE"
                    + "  # at both ends, if a soft-RoCE device of Linux 6.1 has lost its link"
            )
        ]
    }

    private static func finding(_ path: ReachabilityFacts.Path, _ host: String) -> Finding? {
        let subject = "path to \(host)"
        guard path.passesSmall else {
            return .note(
                subject,
                "its MTU could not be tried: the server does not say what arrives"
            )
        }
        guard !path.passesLarge else {
            return .ok(subject, "packets of \(path.mtu) bytes, the MTU of \(path.interface), pass")
        }
        return .problem(
            subject,
            "packets of \(path.mtu) bytes, the MTU of \(path.interface), are lost on the way: a "
                + "switch or the other end takes less, and RDMA does not cut its packets smaller",
            mend: "tracepath -n \(host)  # tells the MTU that passes",
            "sudo ip link set dev \(path.interface) mtu 1500"
                + "  # or that of the others to \(path.mtu)"
        )
    }
}

extension ReachabilityFacts.Result {
    var isAnswer: Bool {
        if case .answered = self { true } else { false }
    }
}
