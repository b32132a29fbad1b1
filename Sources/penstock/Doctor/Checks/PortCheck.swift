/// Whether the ports of the devices carry traffic, and by which addresses.
enum PortCheck {
    static func findings(_ facts: MachineFacts) -> [Finding] {
        facts.devices.flatMap { device in
            device.ports.flatMap { findings(device.name, $0, facts) }
        }
    }

    private static func findings(
        _ device: String,
        _ port: PortFacts,
        _ facts: MachineFacts
    ) -> [Finding] {
        let subject = "\(device) port \(port.number)"
        let interface = facts.interface(port.interface)
        guard port.isActive else { return [inactive(subject, device, port, interface)] }
        if port.fabric == .roce || port.fabric == .iwarp {
            guard let interface, !interface.addresses.isEmpty else {
                let name = port.interface.isEmpty ? "INTERFACE" : port.interface
                return [
                    .problem(
                        subject,
                        "the network interface \(name) has no IP address, and connections go by "
                            + "addresses",
                        mend: "sudo ip addr add ADDRESS/24 dev \(name)"
                    )
                ]
            }
        }
        if port.fabric == .roce, let finding = mode(subject, device, port) { return [finding] }
        return [.ok(subject, summary(port, interface))]
    }

    private static func inactive(
        _ subject: String,
        _ device: String,
        _ port: PortFacts,
        _ interface: InterfaceFacts?
    ) -> Finding {
        if let interface, !interface.isUp {
            return .problem(
                subject,
                "the port is \(port.state) because the network interface \(interface.name) is down",
                mend: "sudo ip link set dev \(interface.name) up"
            )
        }
        return .problem(
            subject,
            "the port is \(port.state): look at the cable, the other end, and for InfiniBand at "
                + "the subnet manager",
            mend: "rdma link show \(device)/\(port.number)"
        )
    }

    /// RoCE v1 does not leave its Ethernet segment, and both ends must use the same.
    private static func mode(_ subject: String, _ device: String, _ port: PortFacts) -> Finding? {
        let hasV2 = port.addresses.contains { $0.kind == .roceV2 }
        let usesV1 = port.defaultMode.map { !$0.contains("v2") } ?? false
        guard !hasV2 || usesV1 else { return nil }
        return .problem(
            subject,
            hasV2
                ? "connections use \(port.defaultMode ?? "RoCE v1"), although the port knows v2"
                : "the port has no address for RoCE v2",
            mend: "sudo cma_roce_mode -d \(device) -p \(port.number) -m 2"
        )
    }

    private static func summary(_ port: PortFacts, _ interface: InterfaceFacts?) -> String {
        var words = [port.fabric.rawValue, port.state]
        if port.bitsPerSecond > 0 { words.append(speed(port.bitsPerSecond)) }
        if !port.interface.isEmpty { words.append(port.interface) }
        if port.fabric != .iwarp { words.append("MTU \(port.activeMTU)") }
        var addresses = interface?.addresses ?? []
        if port.fabric == .roce {
            // Each with the kind of its entry in the port's own table.
            addresses = port.addresses.map { "\($0.text) (\($0.kind.rawValue))" }
        }
        return words.joined(separator: ", ")
            + (addresses.isEmpty ? "" : ": " + addresses.joined(separator: ", "))
    }

    private static func speed(_ bitsPerSecond: UInt64) -> String {
        let tenths = (bitsPerSecond + 50_000_000) / 100_000_000
        return tenths % 10 == 0 ? "\(tenths / 10) Gbit/s" : "\(tenths / 10).\(tenths % 10) Gbit/s"
    }
}
