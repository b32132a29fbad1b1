#if os(macOS)
    /// Looks at a Mac.
    enum AppleProbe {
        static func facts() -> AppleFacts {
            let ports = Tool.output("networksetup", ["-listallhardwareports"]) ?? ""
            return AppleFacts(
                control: Tool.output("rdma_ctl", ["status"]).map(RDMAControlStatus.init(parsing:)),
                devices: DeviceInfoText.devices(in: Tool.output("ibv_devinfo") ?? ""),
                interfaces: NetworkSetupText.interfaces(in: Tool.output("ifconfig") ?? ""),
                thunderboltInterfaces: NetworkSetupText.thunderboltInterfaces(in: ports)
            )
        }
    }
#endif
