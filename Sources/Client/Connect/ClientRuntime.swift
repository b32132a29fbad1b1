internal import Descriptors
internal import Reactor

/// The thread that all connections of a program live on, and the threads that wait for its disks.
public final class ClientRuntime: Sendable {
    /// Threads for local files; reading and writing one file keeps two of them busy.
    private static let fileThreadCount = 4

    let reactor: Reactor
    let files: FileIOPool
    let connector: any TransportConnector

    public init(connector: any TransportConnector) throws(ClientError) {
        do {
            reactor = try Reactor(name: "client")
        } catch {
            throw ClientError(.local, reason: "no event loop can be made: \(error)")
        }
        files = FileIOPool(threadCount: Self.fileThreadCount)
        self.connector = connector
        reactor.start()
    }

    /// Ends the threads. Every session must be closed before.
    public func stop() {
        files.stop()
        reactor.stop()
    }

    /// A new link to the server.
    func openLink(
        to address: ServerAddress,
        timeoutSeconds: Int
    ) async throws(ClientError) -> Link {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Link, ClientError>, Never>) in
            connector.connect(
                to: Endpoint(tcp: address),
                on: reactor,
                files: files,
                timeoutNanoseconds: UInt64(timeoutSeconds) * 1_000_000_000
            ) { [reactor] result in
                continuation.resume(
                    returning: result.map {
                        Link(reactor: reactor, transport: $0, timeoutSeconds: timeoutSeconds)
                    }.mapError { ClientError(connecting: address, $0) }
                )
            }
        }
        return try result.get()
    }
}
