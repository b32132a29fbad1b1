/// Whether programs of this user reach the devices: the files in /dev/infiniband, and the modules
/// that make them.
enum NodeCheck {
    static func findings(_ facts: MachineFacts) -> [Finding] {
        guard !facts.kernelDevices.isEmpty else { return [] }
        var findings: [Finding] = []
        let names = facts.nodes.map { $0.path.split(separator: "/").last.map(String.init) ?? "" }
        if !names.contains(where: { $0.hasPrefix("uverbs") }) {
            findings.append(
                .problem(
                    "ib_uverbs",
                    "programs cannot reach the devices: /dev/infiniband has no uverbs",
                    mend: "sudo modprobe ib_uverbs"
                )
            )
        }
        if !names.contains("rdma_cm") {
            findings.append(
                .problem(
                    "rdma_ucm",
                    "programs cannot connect: there is no /dev/infiniband/rdma_cm",
                    mend: "sudo modprobe rdma_ucm"
                )
            )
        }
        for (node, name) in zip(facts.nodes, names)
        where !node.isUsable && (name.hasPrefix("uverbs") || name == "rdma_cm") {
            findings.append(
                .problem(
                    node.path,
                    "the user \(facts.user) may not use it",
                    mend: "sudo chmod 666 \(node.path)",
                    "sudo apt-get install rdma-core  # its udev rules do so at every start"
                )
            )
        }
        return findings
    }
}
