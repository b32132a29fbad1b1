import Reactor
import SMBMessages
import SMBSecurity
import Simulation
import Synchronization
import Transport
import Wire

@testable import Client

/// A server with several channels per session, one share and one file, that does to its
/// connections what a test wants.
///
/// Confined to the reactor's thread of the client; a test speaks to it by `with`.
final class ScriptedSite: @unchecked Sendable {
    /// What happens to a request.
    enum Fate {
        case answered
        /// The connection ends before the request is carried out.
        case killed
        /// The connection ends after the request was carried out; its answer is lost.
        case done
        case status(NTStatus)
    }

    /// One request as it arrived.
    struct Seen {
        var connection: Int
        var kind: TransportKind
        var header: Header
        var bytes: [UInt8]

        var isRepeated: Bool { header.flags.contains(.replay) }
    }

    static let user = "ada"
    static let password = "correct"
    static let byteCount = 1 << 20
    static let sessionID: UInt64 = 4711

    // What a test may change.
    var refused: Set<TransportKind> = []
    var interfaces: [NetworkInterface] = [ScriptedSite.fabric]
    var capabilities: Capabilities = [.largeMTU, .multiChannel]
    var keepsSession = true
    var keepsOpens = true
    var bindingStatus = NTStatus.success
    /// Who answers on connections after the first.
    var serverGUID = GUID(rawValue: 77)
    /// The file's size as CREATE tells it.
    var toldByteCount = ScriptedSite.byteCount
    var claimsTooMuch = false
    var fate: (Seen) -> Fate = { _ in .answered }

    // What a test may look at.
    var seen: [Seen] = []
    var connections: [SiteConnection] = []
    var content = PatternFile.bytes(0..<ScriptedSite.byteCount)
    var sessionCount = 0
    var previousSessions: [UInt64] = []
    var bindingsVerified = 0
    var endpoints: [Endpoint] = []
    var signingKey: [UInt8] = []
    var names: Set<String> = ["file"]

    static let fabric = NetworkInterface(
        index: 2,
        capabilities: .rdma,
        bitsPerSecond: 100_000_000_000,
        address: .ipv4(0x0A09_0001)
    )

    /// Runs on the reactor's thread, where everything of the site belongs.
    func with<Value: Sendable>(
        _ runtime: ClientRuntime,
        _ body: @escaping @Sendable (ScriptedSite) -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            runtime.reactor.post { [self] in continuation.resume(returning: body(self)) }
        }
    }

    func requests(_ command: Command) -> [Seen] { seen.filter { $0.header.command == command } }

    /// Ends every connection of a kind.
    func kill(_ kind: TransportKind? = nil) {
        for connection in connections where kind == nil || connection.kind == kind {
            connection.hangUp()
        }
    }
}

/// Connects to a `ScriptedSite` by TCP and RDMA.
struct SiteConnector: TransportConnector {
    let site: ScriptedSite
    var hasRDMA = true

    func kinds() -> [TransportKind] { hasRDMA ? [.tcp, .rdma] : [.tcp] }

    func connect(
        to endpoint: Endpoint,
        on reactor: Reactor,
        files: FileIOPool,
        timeoutNanoseconds: UInt64,
        completion: @escaping @Sendable (Result<any Transport, TransportError>) -> Void
    ) {
        reactor.post {
            site.endpoints.append(endpoint)
            guard !site.refused.contains(endpoint.kind) else {
                return completion(.failure(.connectTimedOut))
            }
            let (near, far) = SimulatedTransport.pair(
                reactor,
                reactor,
                capabilities: endpoint.kind == .rdma ? .simulatedDirect : .simulatedTCP
            )
            let connection = SiteConnection(
                site,
                far,
                near,
                kind: endpoint.kind,
                number: site.connections.count
            )
            site.connections.append(connection)
            far.receiver = connection
            completion(.success(near))
        }
    }
}
