internal import Descriptors
internal import Transport

extension ClientError {
    /// Why there is no connection, and what to look at.
    init(connecting address: ServerAddress, _ error: TransportError) {
        let reason: String
        switch error {
        case .unknownHost(let name, let why):
            reason = "the name '\(name)' has no address (\(why)); check the spelling"
        case .connectTimedOut:
            reason = "it does not answer; check the address, and that no firewall is in the way"
        case .system(.connectionRefused, call: _):
            reason =
                "nothing listens on port \(address.port) there; check that the server runs "
                + "and which port it uses"
        case .system(let number, call: _):
            reason = "\(number); check the address and the network"
        default:
            reason = "\(error)"
        }
        self.init(.network, action: "connect to \(address)", reason: reason)
    }
}
