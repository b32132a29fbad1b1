import FileStore
import Glibc
import Logging
import Reactor
import SMBSecurity
import Server
import Synchronization
import Wire

/// A whole server on one reactor, with a folder of its own to share.
final class ServerUnderTest: Sendable {
    /// The fuzzer's, made once per process. What it asks a client to give up it takes soon: no
    /// random client answers.
    static let shared = ServerUnderTest(oplockBreakTimeoutNanoseconds: 20_000_000)

    static let user = "user"
    static let password = "password"

    let reactor: Reactor
    let server: Server
    private let pool = FileIOPool(threadCount: 1)
    /// Somebody keeps the pool's thread busy on purpose: what waits for it is not waited for.
    let isPoolHeld = Atomic<Bool>(false)
    private let rounds = Atomic<Int>(0)
    private let passedRound = Atomic<Int>(0)
    /// The parent of the shared folder, where nothing but it and the witness may ever be.
    private let ground: String
    private static let witness = "untouched"
    /// What is taken away when the process ends.
    private static let grounds = Mutex<[String]>([])

    init(oplockBreakTimeoutNanoseconds: UInt64) {
        var template = Array("/tmp/penstock-fuzz.XXXXXX".utf8CString)
        let ground = unsafe mkdtemp(&template).map { unsafe String(cString: $0) }
        guard let ground, unsafe mkdir("\(ground)/share", 0o755) == 0,
            let store = try? POSIXStore(path: "\(ground)/share"),
            let reactor = try? Reactor(name: "fuzz", spinNanoseconds: 0)
        else { preconditionFailure("no folder to share in /tmp") }
        self.ground = ground
        self.reactor = reactor
        unsafe close(creat("\(ground)/\(Self.witness)", 0o600))
        var accounts = AccountList()
        accounts.add(user: Self.user, hash: NTHash(password: Self.password))
        var configuration = ServerConfiguration(
            shares: [
                Share(name: "share", kind: .disk(store)),
                Share(name: "IPC$", kind: .pipes, isHidden: true),
            ],
            accounts: accounts,
            names: ServerNames(hostName: "penstock"),
            serverGUID: GUID(rawValue: 1)
        )
        configuration.allowGuest = true
        configuration.limits.ioSizeMax = 1 << 20
        configuration.limits.oplockBreakTimeoutNanoseconds = oplockBreakTimeoutNanoseconds
        var log = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
        log.logLevel = .critical
        server = Server(
            configuration: configuration,
            reactors: [reactor],
            pool: pool,
            log: log
        )
        reactor.start()
        let isFirst = Self.grounds.withLock { grounds in
            grounds.append(ground)
            return grounds.count == 1
        }
        if isFirst { atexit { ServerUnderTest.leave() } }
    }

    /// Takes away what the process made on disk.
    private static func leave() {
        for ground in grounds.withLock({ $0 }) {
            removeEntries(of: ground)
            unsafe rmdir(ground)
        }
    }

    /// A connection to the server, accepted on its thread.
    func connect(settles: Bool = false) -> LoopTransport {
        let transport = LoopTransport(to: self, settles: settles)
        reactor.post { [self] in server.accept(transport, peer: "fuzzer") }
        return transport
    }

    /// Returns when nothing is left that the server could do without being told something: neither
    /// on the threads of its pool, nor posted to its event loop.
    func settle() {
        var quietRounds = 0
        // What is posted may post something else, or give the pool a job.
        while quietRounds < 4 {
            guard isPoolHeld.load(ordering: .acquiring) || pool.isIdle else {
                quietRounds = 0
                usleep(50)
                continue
            }
            let round = rounds.wrappingAdd(1, ordering: .relaxed).newValue
            reactor.post { [self] in passedRound.store(round, ordering: .releasing) }
            while passedRound.load(ordering: .acquiring) < round { usleep(10) }
            quietRounds += 1
        }
    }

    /// Empties the shared folder; traps if anything beside it was touched.
    func reset() {
        var status = stat()
        let isUntouched =
            unsafe stat("\(ground)/\(Self.witness)", &status) == 0
            && status.st_size == 0 && status.st_mode == S_IFREG | 0o600
        precondition(
            Self.entries(of: ground).sorted() == ["share", Self.witness] && isUntouched,
            "a path led out of the share"
        )
        Self.removeEntries(of: "\(ground)/share")
    }

    private static func removeEntries(of path: String) {
        for entry in entries(of: path) {
            let child = "\(path)/\(entry)"
            if unsafe unlink(child) == 0 { continue }
            removeEntries(of: child)
            unsafe rmdir(child)
        }
    }

    private static func entries(of path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
