#if os(Linux)
    import Glibc
    import Verbs

    /// Looks at a Linux machine.
    enum LinuxProbe {
        private static let modules = ["ib_uverbs", "rdma_ucm", "rdma_rxe", "siw"]
        /// capabilities(7): CAP_IPC_LOCK.
        private static let lockCapability: UInt64 = 1 << 14

        static func facts() -> MachineFacts {
            let release = SystemText.line("/proc/sys/kernel/osrelease") ?? "of this machine"
            let user = LinuxUser.current()
            return MachineFacts(
                kernelRelease: release,
                user: user.name,
                isPrivileged: capabilities() & lockCapability != 0,
                kernelDevices: SystemText.names(in: "/sys/class/infiniband"),
                devices: DeviceList.devices().map(device),
                interfaces: interfaces(),
                nodes: SystemText.names(in: "/dev/infiniband").map { name in
                    let path = "/dev/infiniband/\(name)"
                    return .init(path: path, isUsable: unsafe access(path, R_OK | W_OK) == 0)
                },
                modules: modules(release),
                memoryLock: memoryLock(user),
                firewall: firewall()
            )
        }

        private static func device(_ device: Device) -> DeviceFacts {
            DeviceFacts(
                name: device.name,
                ports: device.ports.map { port in
                    PortFacts(
                        number: port.number,
                        fabric: DeviceFacts.Fabric(rawValue: port.fabric.description) ?? .other,
                        isActive: port.isActive,
                        state: port.state.description,
                        bitsPerSecond: port.bitsPerSecond,
                        activeMTU: port.activeMTU,
                        largestMTU: port.largestMTU,
                        interface: port.interfaceName,
                        addresses: port.addresses.map { address in
                            .init(
                                kind: PortFacts.Address.Kind(
                                    rawValue: address.kind.description
                                ) ?? .other,
                                text: address.address
                            )
                        },
                        defaultMode: SystemText.line(
                            "/sys/kernel/config/rdma_cm/\(device.name)/ports/\(port.number)"
                                + "/default_roce_mode"
                        )
                    )
                }
            )
        }

        private static func interfaces() -> [InterfaceFacts] {
            var addresses: [String: [String]] = [:]
            // Connections go by addresses that mean something beyond their own link.
            for (name, address) in NetworkAddresses.all() where !address.hasPrefix("fe80:") {
                addresses[name, default: []].append(address)
            }
            return SystemText.names(in: "/sys/class/net").compactMap { name in
                let folder = "/sys/class/net/\(name)"
                guard let mtu = SystemText.line(folder + "/mtu").flatMap({ Int($0) }) else {
                    return nil
                }
                let digits = SystemText.line(folder + "/flags")?.dropFirst(2) ?? ""
                let flags = UInt32(digits, radix: 16) ?? 0
                return InterfaceFacts(
                    name: name,
                    mtu: mtu,
                    isUp: flags & UInt32(IFF_UP) != 0,
                    isLoopback: flags & UInt32(IFF_LOOPBACK) != 0,
                    addresses: addresses[name] ?? []
                )
            }
        }

        private static func modules(_ release: String) -> MachineFacts.Modules {
            let lists = ["modules.dep", "modules.builtin"].compactMap {
                SystemText.file("/lib/modules/\(release)/\($0)")
            }
            return MachineFacts.Modules(
                loaded: Set(modules.filter { unsafe access("/sys/module/\($0)", F_OK) == 0 }),
                available: Set(
                    modules.filter { name in lists.contains { $0.contains("/\(name).ko") } }
                )
            )
        }

        private static func memoryLock(_ user: LinuxUser) -> MachineFacts.MemoryLock {
            var limit = rlimit()
            _ = unsafe getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit)
            var limits = MemoryLockLimits()
            limits.parse(SystemText.file("/etc/security/limits.conf") ?? "")
            let folder = "/etc/security/limits.d"
            for name in SystemText.names(in: folder) where name.hasSuffix(".conf") {
                limits.parse(SystemText.file("\(folder)/\(name)") ?? "")
            }
            return MachineFacts.MemoryLock(
                soft: UInt64(limit.rlim_cur),
                hard: UInt64(limit.rlim_max),
                configured: limits.bytes(user: user.name, groups: user.groups)
            )
        }

        private static func capabilities() -> UInt64 {
            let status = SystemText.file("/proc/self/status") ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
            let digits = line?.split(whereSeparator: \.isWhitespace).last ?? ""
            return UInt64(digits, radix: 16) ?? 0
        }

        /// Both programs may be there, of which iptables is then the same rules again or the older
        /// ones beside them. Without either there are no rules that could be in the way.
        private static func firewall() -> MachineFacts.Firewall {
            guard geteuid() == 0 else { return .unreadable }
            var rules = FirewallRules()
            if let text = Tool.output("nft", ["list", "ruleset"]) {
                rules = NFTablesText.parse(text)
            }
            if rules.tables.isEmpty, let text = Tool.output("iptables-save") {
                rules = IPTablesText.parse(text)
            }
            return .rules(rules)
        }
    }
#endif
