/// Whether packets of the device fit the network interface that carries them.
enum MTUCheck {
    /// What RoCE v2 puts around its payload, at least.
    static let headerByteCount = 80
    /// Payload sizes that RoCE and InfiniBand know.
    static let sizes = [256, 512, 1024, 2048, 4096]
    /// Room for packets of 4096 bytes, whatever a driver reckons for headers.
    static let interfaceMTU = 4200

    static func findings(_ facts: MachineFacts) -> [Finding] {
        facts.devices.flatMap { device in
            device.ports.compactMap { port in
                guard port.isActive, port.fabric == .roce,
                    let interface = facts.interface(port.interface)
                else { return nil }
                return finding("\(device.name) port \(port.number)", port, interface)
            }
        }
    }

    private static func finding(
        _ subject: String,
        _ port: PortFacts,
        _ interface: InterfaceFacts
    ) -> Finding? {
        let name = interface.name
        if port.activeMTU + headerByteCount > interface.mtu {
            let wanted = port.activeMTU == 4096 ? interfaceMTU : port.activeMTU + 104
            return .problem(
                subject,
                "packets of \(port.activeMTU) bytes do not fit \(name), whose MTU is "
                    + "\(interface.mtu): they are lost",
                mend: "sudo ip link set dev \(name) mtu \(wanted)"
            )
        }
        let possible = sizes.last { $0 + headerByteCount + 16 <= interface.mtu } ?? 256
        if port.activeMTU < min(possible, port.largestMTU) {
            return .note(
                subject,
                "packets carry \(port.activeMTU) bytes, although \(name) with MTU "
                    + "\(interface.mtu) would take \(min(possible, port.largestMTU)): the port "
                    + "has not noticed the change",
                mend: "sudo ip link set dev \(name) down && sudo ip link set dev \(name) up"
            )
        }
        if port.activeMTU < min(4096, port.largestMTU) {
            return .note(
                subject,
                "packets carry \(port.activeMTU) bytes; 4096 cost less, where all machines and "
                    + "switches between them take longer frames",
                mend: "sudo ip link set dev \(name) mtu \(interfaceMTU)"
            )
        }
        return nil
    }
}
