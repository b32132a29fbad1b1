import Client
import Reactor
import Transport

/// Reaches servers over TCP.
struct TCPClientConnector: TransportConnector {
    func connect(
        to endpoint: Endpoint,
        on reactor: Reactor,
        files: FileIOPool,
        timeoutNanoseconds: UInt64,
        completion: @escaping @Sendable (Result<any Transport, TransportError>) -> Void
    ) {
        TCPConnector.connect(
            to: endpoint.host,
            port: endpoint.port,
            on: reactor,
            fileIO: files,
            timeoutNanoseconds: timeoutNanoseconds
        ) { result in completion(result.map { $0 }) }
    }
}
