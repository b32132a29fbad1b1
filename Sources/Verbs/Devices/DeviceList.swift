internal import CVerbs
internal import Descriptors

/// The RDMA devices that there are at a moment.
@safe public struct DeviceList: ~Copyable {
    private let entries: UnsafeMutablePointer<UnsafeMutablePointer<ibv_device>?>?
    public let count: Int

    /// Asks the kernel. A machine without devices, or without the drivers, has an empty list.
    public init() {
        var found: Int32 = 0
        unsafe entries = ibv_get_device_list(&found)
        count = unsafe entries == nil ? 0 : Int(max(0, found))
    }

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
