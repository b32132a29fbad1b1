/// An RDMA device as it was found: a value, which does not keep the device.
public struct Device: Hashable, Sendable {
    public var name: String
    /// The kernel's number of the device, which no other device gets while the system is up; -1
    /// with kernels that do not tell.
    public var index: Int
    /// In hexadecimal digits.
    public var guid: String
    public var firmware: String
    public var vendorID: UInt32
    /// Of the first port.
    public var fabric: Fabric
    public var capabilities: DeviceCapabilities
    public var ports: [Port]

    /// Whether this is siw, iWARP in software: what other devices do in hardware it does in the
    /// kernel, and some of it differently.
    public var isSoftIWARP: Bool { fabric == .iwarp && vendorID == 0x62_6D74 }
}
