/// Whether `penstock serve` listens on RDMA devices.
enum RDMAChoice: String, CaseIterable, Decodable {
    /// On what there is, and on what comes later.
    case auto
    case off
    /// On what there is; not at all is an error.
    case require
}
