internal import Client
internal import FileStore
internal import Glibc
internal import Logging
internal import Reactor
internal import SMBMessages
internal import SMBSecurity
internal import Seeds
internal import Server
internal import Wire

/// Our server, our client and the programs that use it, in one simulated world.
final class SimulationScene: @unchecked Sendable {
    struct Counts {
        var operations = 0
        var lost = 0
        var duplicated = 0
        var stale = 0
        var surfaced = 0
        var busy = 0
    }

    private static let user = "user"
    private static let password = "password"
    private static let failuresMax = 20

    let world: SimulatedWorld
    let network: SimulatedNetwork
    let serverFiles: SimulatedFileIO
    let isTraced: Bool
    var counts = Counts()
    var isOver = false
    /// Called when every worker has its file: nothing goes wrong before.
    var begun: () -> Void = {}
    private var missingCount: Int
    private(set) var failures: [String] = []
    let folder: String
    private let connection: ServerConnection

    init(_ settings: SimulationSettings) throws {
        let world = SimulatedWorld(seed: settings.seed, isPrinted: settings.isTraced)
        self.world = world
        isTraced = settings.isTraced
        missingCount = settings.fileCount
        let serverReactor = try world.makeReactor("server")
        let clientReactor = try world.makeReactor("client")
        network = SimulatedNetwork(
            world: world,
            serverReactor: serverReactor,
            hasRDMA: settings.network != .tcp
        )
        network.forgetsSequence = settings.sabotage == .forgetsSequence
        network.recyclesQuarantined = settings.sabotage == .recyclesQuarantined
        serverFiles = SimulatedFileIO(world: world, seed: world.generator(3).first)
        serverFiles.isLate = settings.isDiskLate
        folder = try Self.makeFolder()
        network.server = try Self.makeServer(
            folder,
            serverReactor,
            serverFiles,
            settings
        )
        let clientFiles = SimulatedFileIO(world: world, seed: world.generator(4).first)
        var options = ClientOptions()
        options.blockByteCount = 48 << 10
        options.depth = 4
        options.timeoutSeconds = 6
        // What is signed cannot be sabotaged.
        options.signs = settings.sabotage != .forgetsSequence
        options.transport = settings.network == .rdma ? .rdma : .auto
        connection = ServerConnection(
            to: ServerAddress(host: "penstock"),
            as: Credentials(user: Self.user, password: Self.password),
            options: options,
            runtime: ClientRuntime(
                connector: network,
                reactor: clientReactor,
                files: FileIOPool(runner: clientFiles),
                executor: world.executor
            )
        )
    }

    private static func makeFolder() throws -> String {
        var template = Array("/dev/shm/penstock-sim.XXXXXX".utf8CString)
        guard let made = unsafe mkdtemp(&template) else {
            throw SimulationFailure("no folder can be made in /dev/shm")
        }
        return unsafe String(cString: made)
    }

    private static func makeServer(
        _ folder: String,
        _ reactor: Reactor,
        _ files: SimulatedFileIO,
        _ settings: SimulationSettings
    ) throws -> Server {
        var accounts = AccountList()
        accounts.add(user: user, hash: NTHash(password: password))
        var configuration = ServerConfiguration(
            shares: [
                Share(name: "share", kind: .disk(try POSIXStore(path: folder))),
                Share(name: "IPC$", kind: .pipes, isHidden: true),
            ],
            accounts: accounts,
            names: ServerNames(hostName: "penstock"),
            serverGUID: GUID(rawValue: 1)
        )
        configuration.alwaysUsesFileThreads = settings.isDiskSlow
        let hasRDMA = settings.network != .tcp
        // One card, which both transports reach.
        configuration.networkInterfaces = {
            let card = NetworkInterface(
                index: 1,
                capabilities: hasRDMA ? .rdma : [],
                bitsPerSecond: 100_000_000_000,
                address: .ipv4(0x0A09_0001)
            )
            return [card]
        }
        var log = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        log.logLevel = .critical
        return Server(
            configuration: configuration,
            reactors: [reactor],
            pool: FileIOPool(runner: files),
            log: log
        )
    }

    // MARK: For the workers

    func share() async throws(ClientError) -> Client.Share {
        try await connection.connected().share("share")
    }

    /// A worker has its file.
    func arrived() {
        missingCount -= 1
        if missingCount == 0 { begun() }
    }

    /// Lets virtual time pass.
    func pause(_ nanoseconds: UInt64) async {
        await withCheckedContinuation { continuation in
            world.schedule(after: nanoseconds) { continuation.resume() }
        }
    }

    func fail(_ what: String) {
        trace(what)
        if failures.count < Self.failuresMax { failures.append(what) }
    }

    func trace(_ what: String) {
        if isTraced { writeTrace(what) }
    }

    func close() async { await connection.close() }

    /// Compares what is on the disk, and takes everything away.
    func end(_ workers: [FileWorker]) {
        world.end()
        network.end()
        for worker in workers {
            let path = "\(folder)/\(worker.path)"
            let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            var bytes = [UInt8](repeating: 0, count: FileWorker.byteCountMax + 1)
            let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
            Glibc.close(descriptor)
            let found = Array(bytes.prefix(max(0, count)))
            worker.compare(found, at: 0)
            if found.count != worker.shadow.count {
                counts.lost += 1
                fail("\(path): \(found.count) bytes, not \(worker.shadow.count)")
            }
        }
    }
}

extension SeededGenerator {
    /// The first number, as a seed for something else.
    var first: UInt64 {
        var copy = self
        return copy.next()
    }
}
