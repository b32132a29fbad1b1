internal import Verbs

/// Listens at one address of one device.
final class DirectEndpoint: DirectEventHandler {
    let entry: DirectScan.Entry
    let port: UInt16
    let device: DirectDevice
    /// Kept, so that the memory of one connection serves the next.
    private(set) var domain: DirectDomain?
    private var identifier: ConnectionIdentifier?
    private var token: UInt = 0
    private let workspace: DirectWorkspace
    private weak var listener: DirectListener?

    init(
        entry: DirectScan.Entry,
        port: UInt16,
        backlog: Int32,
        workspace: DirectWorkspace,
        listener: DirectListener
    ) throws(VerbsError) {
        let identifier = try ConnectionIdentifier(on: workspace.channel)
        try identifier.setReusesAddress()
        try identifier.bind(to: entry.address.with(port: port).network)
        let device = try DirectDevice.device(of: identifier)
        // Two devices may share an address: the kernel has chosen the other one.
        guard device.device.name == entry.device.name else { throw DirectDevice.goneError }
        if device.device.fabric != .iwarp || device.device.isSoftIWARP {
            domain = try device.serverDomain()
        }
        self.entry = entry
        self.port = port
        self.device = device
        self.workspace = workspace
        self.listener = listener
        self.identifier = identifier
        token = workspace.token(for: self)
        identifier.token = token
        try identifier.listen(backlog: backlog)
    }

    var isClosed: Bool { identifier == nil }

    func connectionEvent(_ event: ConnectionEvent) {
        switch event.kind {
        case .requested:
            guard let listener, !isClosed else {
                event.identifier?.reject()
                return
            }
            listener.welcome(event, on: device)
        case .deviceRemoved:
            workspace.lose(device)
            close()
        case .addressChanged:
            close()
        default:
            break
        }
    }

    func close() {
        guard identifier != nil else { return }
        workspace.forget(token)
        identifier = nil
        domain = nil
        // What the device is, and whether it is still there, its last user finds out.
        if device.checkIsGone() { workspace.lose(device) }
    }
}
