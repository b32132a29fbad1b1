/// What `penstock doctor` has seen of a Mac: RDMA over Thunderbolt, macOS 26.2 and later.
struct AppleFacts: Hashable {
    struct Device: Hashable {
        /// `rdma_en3`: of the interface `en3`.
        var name: String
        var isActive: Bool
        /// As ibv_devinfo calls it.
        var state: String

        var interface: String { String(name.dropFirst(name.hasPrefix("rdma_") ? 5 : 0)) }
    }

    /// Nil where there is no rdma_ctl.
    var control: RDMAControlStatus?
    var devices: [Device]
    var interfaces: NetworkSetupText.Interfaces
    /// Interfaces of Thunderbolt ports.
    var thunderboltInterfaces: Set<String>
}
