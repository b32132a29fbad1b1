/// An RDMA device as it was found: a value, which does not keep the device.
public struct Device: Hashable, Sendable {
    public var name: String
    /// The kernel's number of the device, which no other device gets while the system is up; -1
    /// with kernels that do not tell.
    public var index: Int
    /// In hexadecimal digits.
    public var guid: String
    public var firmware: String
    /// Of the first port.
    public var fabric: Fabric
    public var capabilities: DeviceCapabilities
    public var ports: [Port]
}
