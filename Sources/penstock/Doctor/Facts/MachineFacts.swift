/// What `penstock doctor` has seen of this machine. The checks look at nothing else.
struct MachineFacts {
    /// A file through which programs reach the devices.
    struct Node: Hashable {
        var path: String
        /// This user may read and write it.
        var isUsable: Bool
    }

    struct Modules {
        /// In the kernel now, as modules or built in.
        var loaded: Set<String> = []
        /// On disk for this kernel.
        var available: Set<String> = []
    }

    struct MemoryLock {
        var soft: UInt64
        var hard: UInt64
        /// What /etc/security grants this user at the next login; nil where it says nothing.
        var configured: UInt64?
    }

    enum Firewall {
        case unreadable
        /// Every table, from `nft list ruleset` or `iptables-save`.
        case rules(FirewallRules)
    }

    var kernelRelease: String
    var user: String
    /// Exempt from the limit on locked memory.
    var isPrivileged: Bool
    /// Devices that the kernel has, by name.
    var kernelDevices: [String]
    /// Those of them that programs can open.
    var devices: [DeviceFacts]
    var interfaces: [InterfaceFacts]
    /// /dev/infiniband.
    var nodes: [Node]
    var modules: Modules
    var memoryLock: MemoryLock
    var firewall: Firewall

    func interface(_ name: String) -> InterfaceFacts? {
        interfaces.first { $0.name == name }
    }

    /// Everything there is to say, what comes first in a packet's way first.
    var findings: [Finding] {
        DeviceCheck.findings(self) + NodeCheck.findings(self) + PortCheck.findings(self)
            + MTUCheck.findings(self) + MemoryLockCheck.findings(self)
            + FirewallCheck.findings(self)
    }
}
