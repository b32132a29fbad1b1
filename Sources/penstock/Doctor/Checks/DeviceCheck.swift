/// Whether there is a device, and whether its library is there.
enum DeviceCheck {
    static func findings(_ facts: MachineFacts) -> [Finding] {
        if facts.kernelDevices.isEmpty && facts.devices.isEmpty { return [missing(facts)] }
        let opened = Set(facts.devices.map(\.name))
        let isReachable = facts.nodes.contains { $0.path.contains("uverbs") && $0.isUsable }
        return facts.kernelDevices.filter { !opened.contains($0) && isReachable }.map { name in
            .problem(
                name,
                "the kernel has this device, but no library for it is installed",
                mend: "sudo apt-get install rdma-core ibverbs-providers"
            )
        }
    }

    private static func missing(_ facts: MachineFacts) -> Finding {
        let known = facts.modules.available.union(facts.modules.loaded)
        guard let soft = ["rdma_rxe", "siw"].first(where: known.contains) else {
            return .problem(
                "RDMA",
                "no RDMA device, and the kernel \(facts.kernelRelease) comes without drivers for "
                    + "any; everything works over TCP. Debian's standard kernel has them",
                mend: "sudo apt-get install linux-image-amd64 rdma-core && sudo reboot"
            )
        }
        let interface = facts.interfaces.first {
            $0.isUp && !$0.isLoopback && !$0.addresses.isEmpty
        }
        let (name, type) = soft == "siw" ? ("siw0", "siw") : ("rxe0", "rxe")
        return .problem(
            "RDMA",
            "no RDMA device; everything works over TCP. A network card with RDMA appears when its "
                + "driver is loaded; software RDMA works with any card",
            mend: "sudo modprobe \(soft)",
            "sudo rdma link add \(name) type \(type) netdev \(interface?.name ?? "INTERFACE")"
        )
    }
}
