public import Client
public import Reactor
public import Transport

/// Reaches servers over TCP, and over SMB Direct where this machine has a device for it.
public struct NetworkConnector: TransportConnector {
    public init() {}

    public func kinds() -> [TransportKind] { Direct.isAvailable ? [.tcp, .rdma] : [.tcp] }

    public func connect(
        to endpoint: Endpoint,
        on reactor: Reactor,
        files: FileIOPool,
        timeoutNanoseconds: UInt64,
        completion: @escaping @Sendable (Result<any Transport, TransportError>) -> Void
    ) {
        switch endpoint.kind {
        case .tcp:
            TCPConnector.connect(
                to: endpoint.host,
                port: endpoint.port,
                on: reactor,
                fileIO: files,
                timeoutNanoseconds: timeoutNanoseconds
            ) { result in completion(result.map { $0 }) }
        case .rdma:
            DirectConnector.connect(
                to: endpoint.host,
                port: endpoint.port,
                iwarpPort: endpoint.iwarpPort,
                on: reactor,
                fileIO: files,
                timeoutNanoseconds: timeoutNanoseconds
            ) { result in completion(result.map { $0 }) }
        }
    }
}
