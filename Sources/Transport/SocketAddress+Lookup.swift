internal import Descriptors
internal import Reactor

extension SocketAddress {
    /// The addresses of a host, the one to try first at the end. A numeric one is known at once; a
    /// name is looked up on a thread of `fileIO`. `completion` is called on the reactor's thread,
    /// where this must be called too.
    static func lookUp(
        _ host: String,
        port: UInt16,
        on reactor: Reactor,
        fileIO: FileIOPool,
        completion: @escaping (Result<[SocketAddress], TransportError>) -> Void
    ) {
        if let address = SocketAddress(numeric: host, port: port) {
            return completion(.success([address]))
        }
        let accepted = fileIO.submit(for: reactor) {
            Result { () throws(TransportError) in
                try SocketAddress.resolve(host, port: port)
            }
        } completion: { result in
            completion(result.map { $0.reversed() })
        }
        if !accepted { completion(.failure(.system(.wouldBlock, call: "getaddrinfo"))) }
    }
}
