/// Whether this user may lock as much memory as RDMA registers.
enum MemoryLockCheck {
    /// The slabs of a busy client or server.
    static let bytesNeeded: UInt64 = 256 << 20

    static func findings(_ facts: MachineFacts) -> [Finding] {
        // Without a device nothing is locked.
        guard !facts.kernelDevices.isEmpty || !facts.devices.isEmpty else { return [] }
        let subject = "locked memory"
        if facts.isPrivileged { return [.ok(subject, "\(facts.user) may lock any amount")] }
        let limits = facts.memoryLock
        guard limits.soft < bytesNeeded else {
            return [.ok(subject, "\(facts.user) may lock \(size(limits.soft))")]
        }
        let text =
            "\(facts.user) may lock \(size(limits.soft)), and RDMA needs \(size(bytesNeeded))"
        if limits.hard >= bytesNeeded {
            let value = limits.hard == .max ? "unlimited" : "\(limits.hard / 1024)"
            return [.problem(subject, text, mend: "ulimit -l \(value)")]
        }
        if let configured = limits.configured, configured >= bytesNeeded {
            return [
                .problem(
                    subject,
                    text + "; the next login will allow it",
                    mend: "exec su - \(facts.user)"
                )
            ]
        }
        return [
            .problem(
                subject,
                text + "; a line in /etc/security/limits.d allows it to logins, and "
                    + "LimitMEMLOCK to a service of systemd",
                mend:
                    "echo '\(facts.user) - memlock unlimited' | "
                    + "sudo tee /etc/security/limits.d/penstock.conf  # then log in again",
                "sudo systemctl edit penstock.service"
                    + "  # [Service] LimitMEMLOCK=infinity, where it runs as a service"
            )
        ]
    }

    static func size(_ bytes: UInt64) -> String {
        switch bytes {
        case .max: "any amount"
        case (1 << 30)...: "\(bytes >> 30) GiB"
        case (1 << 20)...: "\(bytes >> 20) MiB"
        default: "\(bytes >> 10) KiB"
        }
    }
}
