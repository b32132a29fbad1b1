internal import CVerbs
internal import Descriptors

/// The RDMA devices that there are at a moment.
@safe public struct DeviceList: ~Copyable {
    private let entries: UnsafeMutablePointer<UnsafeMutablePointer<ibv_device>?>?
    public let count: Int

    /// Asks the kernel. A machine without devices, or without the drivers, has an empty list.
    public init() {
        var found: Int32 = 0
        unsafe entries = cverbs_device_list(&found)
        count = unsafe entries == nil ? 0 : Int(max(0, found))
    }

    /// librdmacm asks for itself when it meets a device that it does not know yet, and would do so
    /// on any thread. To be called before anything that may make it meet one.
    static func refresh() { _ = DeviceList().count }

    deinit { if let entries = unsafe entries { unsafe ibv_free_device_list(entries) } }

    /// What tells a device from all others, without asking the device itself.
    public struct Identity: Hashable, Sendable {
        public var name: String
        /// See `Device.index`.
        public var index: Int
    }

    public var identities: [Identity] {
        var list: [Identity] = []
        for position in 0..<count {
            guard let device = unsafe entries?[position] else { continue }
            list.append(unsafe Self.identity(of: device))
        }
        return list
    }

    /// A port without what only the device itself knows.
    public struct PortSummary: Hashable, Sendable {
        public var device: Identity
        public var number: Int
        public var fabric: Fabric
        public var interfaceIndex: UInt32
        public var bitsPerSecond: UInt64
    }

    /// The ports of all devices, found without opening any: `sysfs` and netlink know them. A device
    /// that is being removed is not among them.
    public static func ports() -> [PortSummary] {
        let list = DeviceList()
        var ports: [PortSummary] = []
        for position in 0..<list.count {
            guard let entry = unsafe list.entries?[position] else { continue }
            let identity = unsafe identity(of: entry)
            let transport = unsafe entry.pointee.transport_type
            for number in 1...portCountMax {
                let folder = "/sys/class/infiniband/\(identity.name)/ports/\(number)"
                guard let layer = SystemText.read(folder + "/link_layer") else { break }
                var interface: UInt32 = 0
                if let device = UInt32(exactly: identity.index) {
                    let found = cverbs_port_interface(device, UInt32(number))
                    interface = UInt32(max(0, found))
                }
                ports.append(
                    PortSummary(
                        device: identity,
                        number: number,
                        fabric: fabric(transport, isEthernet: layer == "Ethernet"),
                        interfaceIndex: interface,
                        bitsPerSecond: bitsPerSecond(SystemText.read(folder + "/rate")),
                    )
                )
            }
        }
        return ports
    }

    private static let portCountMax = 16

    private static func fabric(_ transport: ibv_transport_type, isEthernet: Bool) -> Fabric {
        switch transport {
        case IBV_TRANSPORT_IWARP: .iwarp
        case IBV_TRANSPORT_IB: isEthernet ? .roce : .infiniband
        default: .other
        }
    }

    /// "100 Gb/sec (4X EDR)", "2.5 Gb/sec (1X SDR)".
    private static func bitsPerSecond(_ rate: String?) -> UInt64 {
        guard let number = rate?.split(separator: " ").first, let gigabits = Double(number),
            gigabits >= 0, gigabits < 1e6
        else { return 0 }
        return UInt64(gigabits * 1e9)
    }

    /// Every device that could be asked; one that goes away meanwhile is left out.
    public static func devices() -> [Device] {
        let list = DeviceList()
        var devices: [Device] = []
        for position in 0..<list.count {
            guard let entry = unsafe list.entries?[position],
                let context = unsafe ibv_open_device(entry)
            else { continue }
            defer { unsafe ibv_close_device(context) }
            let query = unsafe DeviceQuery(context: context)
            if let device = unsafe query.device(identity(of: entry), entry) {
                devices.append(device)
            }
        }
        return devices
    }

    static func identity(of device: UnsafeMutablePointer<ibv_device>) -> Identity {
        let name = unsafe String(cString: ibv_get_device_name(device))
        return Identity(name: name, index: unsafe Int(ibv_get_device_index(device)))
    }
}
