import Client
import Reactor

/// Tries to reach a server by every way that this machine has.
enum ReachabilityProbe {
    private static let timeoutSeconds = 5

    static func facts(
        _ address: ServerAddress,
        by connector: any TransportConnector
    ) async throws -> ReachabilityFacts {
        let reactor = try Reactor(name: "doctor")
        let files = FileIOPool(threadCount: 1)
        reactor.start()
        defer {
            files.stop()
            reactor.stop()
        }
        var attempts: [ReachabilityFacts.Attempt] = []
        for kind in connector.kinds() {
            let endpoint = Endpoint(kind: kind, host: address.host, port: address.port)
            let result = await NegotiateProbe.run(
                endpoint,
                by: connector,
                on: reactor,
                files: files,
                timeoutSeconds: timeoutSeconds
            )
            let place =
                kind == .tcp
                ? "port \(endpoint.port)"
                : "port \(endpoint.port), on iWARP \(endpoint.iwarpPort)"
            attempts.append(.init(way: kind == .tcp ? "TCP" : "RDMA", place: place, result: result))
        }
        return ReachabilityFacts(
            host: address.host,
            attempts: attempts,
            triesRDMA: connector.kinds().contains(.rdma),
            path: PathProbe.path(to: address.host)
        )
    }
}
