import Client
import Reactor
import Server
import Synchronization
import Transport

/// Connects our client to the server under test, whose answers a fuzzer edits.
final class FaultyConnector: TransportConnector {
    /// The edits of the input that is being tried.
    private let edits = Mutex(ReplyEdits([]))

    func load(_ edits: ReplyEdits) { self.edits.withLock { $0 = edits } }

    func connect(
        to endpoint: Endpoint,
        on reactor: Reactor,
        files: FileIOPool,
        timeoutNanoseconds: UInt64,
        completion: @escaping @Sendable (Result<any Transport, TransportError>) -> Void
    ) {
        let server = ServerUnderTest.shared
        let (near, far) = PairedTransport.pair(reactor, server.reactor) { [self] reply in
            edits.withLock { $0.apply(to: reply) }
        }
        server.reactor.post {
            server.server.accept(far, peer: "client")
            // The near end lives until its owner has it.
            reactor.post { completion(.success(near)) }
        }
    }
}
