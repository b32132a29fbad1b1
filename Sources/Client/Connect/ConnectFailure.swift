internal import Descriptors
internal import Transport

extension ClientError {
    /// Why there is no connection, and what to look at.
    init(connecting endpoint: Endpoint, _ error: TransportError) {
        let address = ServerAddress(host: endpoint.host, port: endpoint.port)
        let isRDMA = endpoint.kind == .rdma
        let reason: String
        switch error {
        case .unknownHost(let name, let why):
            reason = "the name '\(name)' has no address (\(why)); check the spelling"
        case .connectTimedOut:
            reason = "it does not answer; check the address, and that no firewall is in the way"
        case .system(.connectionRefused, call: _) where !isRDMA:
            reason =
                "nothing listens on port \(address.port) there; check that the server runs "
                + "and which port it uses"
        case .system(let number, call: _) where !isRDMA:
            reason = "\(number); check the address and the network"
        default:
            reason = "\(error)"
        }
        self.init(
            .network,
            action: "connect to \(address)\(isRDMA ? " by RDMA" : "")",
            reason: isRDMA ? reason + Self.doctorHint : reason
        )
    }

    private static let doctorHint =
        "; 'penstock doctor' says what RDMA needs here, and --transport tcp does without"

    /// This machine has nothing to speak RDMA with.
    static let noRDMA = ClientError(
        .unsupported,
        reason: "this machine has no RDMA device that can be used" + doctorHint
    )
}
