/// What keeps RDMA over Thunderbolt from working on a Mac.
enum AppleCheck {
    static func findings(_ facts: AppleFacts) -> [Finding] {
        guard let control = facts.control else {
            return [
                .problem(
                    "RDMA",
                    "this macOS has no rdma_ctl; RDMA over Thunderbolt came with macOS 26.2",
                    mend: "softwareupdate --install --all --restart"
                )
            ]
        }
        guard control == .enabled else {
            let state = if case .other(let text) = control { "says '\(text)'" } else { "is off" }
            return [
                .problem(
                    "RDMA",
                    "RDMA over Thunderbolt \(state); it is switched on in Recovery (hold the "
                        + "power button at the start), from Utilities, Terminal",
                    mend: "rdma_ctl enable  # in Recovery, then restart"
                )
            ]
        }
        guard !facts.devices.isEmpty else {
            return [
                .problem(
                    "RDMA",
                    "RDMA is on, and there is no device: it takes Thunderbolt 5 on this Mac",
                    mend: "system_profiler SPThunderboltDataType  # tells the ports and speeds"
                )
            ]
        }
        return [.ok("RDMA", "switched on")]
            + facts.devices.flatMap { findings($0, facts.interfaces, facts.thunderboltInterfaces) }
    }

    private static func findings(
        _ device: AppleFacts.Device,
        _ interfaces: NetworkSetupText.Interfaces,
        _ thunderbolt: Set<String>
    ) -> [Finding] {
        let name = device.interface
        guard device.isActive else {
            // A Mac has more ports than cables.
            return [
                .note(
                    device.name,
                    "\(device.state): no Thunderbolt 5 cable to a Mac with RDMA switched on, or "
                        + "the port is the one beside Ethernet",
                    mend: "ibv_devinfo -d \(device.name)"
                )
            ]
        }
        if let bridge = interfaces.bridges.first(where: { $0.value.contains(name) })?.key {
            return [
                .problem(
                    device.name,
                    "\(name) is part of the Thunderbolt Bridge \(bridge); RDMA needs an address "
                        + "of its own on each link",
                    mend: "sudo ifconfig \(bridge) deletem \(name)",
                    "sudo ifconfig \(name) inet 192.168.ADDRESS netmask 255.255.255.252"
                )
            ]
        }
        if !interfaces.withIPv4.contains(name) {
            return [
                .problem(
                    device.name,
                    "\(name) has no IPv4 address, so the port has no address that RDMA can use",
                    mend: "sudo ifconfig \(name) inet 192.168.ADDRESS netmask 255.255.255.252"
                )
            ]
        }
        if !thunderbolt.isEmpty && !thunderbolt.contains(name) {
            return [.note(device.name, "active, but \(name) is no Thunderbolt port")]
        }
        return [.ok(device.name, "active, \(name)")]
    }
}
