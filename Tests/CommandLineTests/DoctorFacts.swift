@testable import penstock

/// A machine on which everything is well, for tests to spoil.
enum DoctorFacts {
    static func machine(_ change: (inout MachineFacts) -> Void = { _ in }) -> MachineFacts {
        var facts = MachineFacts(
            kernelRelease: "6.1.0-41-amd64",
            user: "ada",
            isPrivileged: false,
            kernelDevices: ["rxe0", "siw0"],
            devices: [
                DeviceFacts(name: "rxe0", ports: [port(.roce, "v0")]),
                DeviceFacts(name: "siw0", ports: [port(.iwarp, "d0")]),
            ],
            interfaces: [
                InterfaceFacts(
                    name: "lo",
                    mtu: 65_536,
                    isUp: true,
                    isLoopback: true,
                    addresses: ["127.0.0.1"]
                ),
                InterfaceFacts(
                    name: "v0",
                    mtu: 4200,
                    isUp: true,
                    isLoopback: false,
                    addresses: ["10.9.0.1"]
                ),
                InterfaceFacts(
                    name: "d0",
                    mtu: 1500,
                    isUp: true,
                    isLoopback: false,
                    addresses: ["10.9.1.1"]
                ),
            ],
            nodes: ["rdma_cm", "umad0", "uverbs0", "uverbs1"].map {
                .init(path: "/dev/infiniband/\($0)", isUsable: $0 != "umad0")
            },
            modules: .init(),
            memoryLock: .init(soft: .max, hard: .max, configured: nil),
            firewall: .rules(FirewallRules())
        )
        change(&facts)
        return facts
    }

    static func port(_ fabric: DeviceFacts.Fabric, _ interface: String) -> PortFacts {
        PortFacts(
            number: 1,
            fabric: fabric,
            isActive: true,
            state: "active",
            bitsPerSecond: fabric == .roce ? 10_000_000_000 : 2_500_000_000,
            activeMTU: fabric == .roce ? 4096 : 1024,
            largestMTU: 4096,
            interface: interface,
            addresses: fabric == .roce ? [.init(kind: .roceV2, text: "10.9.0.1")] : [],
            defaultMode: nil
        )
    }

    static func problems(_ facts: MachineFacts) -> [Finding] {
        facts.findings.filter { $0.level == .problem }
    }
}
