public import Reactor
public import Transport

/// Makes connections for the client, which knows no transport by name: the program that uses it
/// decides between TCP, RDMA, and a script in a test.
public protocol TransportConnector: Sendable {
    /// What this machine can try: a kind is left out when its device or library is missing.
    func kinds() -> [TransportKind]

    /// Connects and calls `completion`, once, on the reactor's thread. Names are looked up on the
    /// threads of `files`.
    func connect(
        to endpoint: Endpoint,
        on reactor: Reactor,
        files: FileIOPool,
        timeoutNanoseconds: UInt64,
        completion: @escaping @Sendable (Result<any Transport, TransportError>) -> Void
    )
}

extension TransportConnector {
    public func kinds() -> [TransportKind] { [.tcp] }
}
