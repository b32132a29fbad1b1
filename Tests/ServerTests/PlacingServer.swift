import FileStore
import Glibc
import Logging
import Reactor
import SMBSecurity
import Server
import Wire

@testable import Simulation

/// A server and one client's end of a simulated SMB Direct channel, driven by hand on one thread:
/// nothing happens that a test did not ask for.
final class PlacingServer {
    static let user = "user"
    static let password = "password"

    let clock = SimulatedClock()
    let serverReactor: Reactor
    let clientReactor: Reactor
    let server: Server
    let disk = HeldJobs()
    let folder: String

    init(_ tune: (inout ServerConfiguration) -> Void = { _ in }) throws {
        var template = Array("/tmp/penstock-placing.XXXXXX".utf8CString)
        guard let folder = unsafe mkdtemp(&template).map({ unsafe String(cString: $0) }) else {
            preconditionFailure("no folder to share in /tmp")
        }
        self.folder = folder
        serverReactor = try Reactor(name: "server", clock: clock)
        clientReactor = try Reactor(name: "client", clock: clock)
        var accounts = AccountList()
        accounts.add(user: Self.user, hash: NTHash(password: Self.password))
        var configuration = ServerConfiguration(
            shares: [
                Share(name: "share", kind: .disk(try POSIXStore(path: folder))),
                Share(
                    name: "secret",
                    kind: .disk(try POSIXStore(path: folder)),
                    requiresEncryption: true
                ),
            ],
            accounts: accounts,
            names: ServerNames(hostName: "penstock"),
            serverGUID: GUID(rawValue: 1)
        )
        tune(&configuration)
        server = Server(
            configuration: configuration,
            reactors: [serverReactor],
            pool: FileIOPool(runner: disk),
            log: Logger(label: "placing") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    deinit {
        guard let stream = unsafe opendir(folder) else { return }
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            unsafe unlink("\(folder)/\(name)")
        }
        unsafe closedir(stream)
        unsafe rmdir(folder)
    }

    /// Puts a file into the share behind the server's back.
    func make(_ name: String, _ bytes: [UInt8]) {
        let descriptor = unsafe creat("\(folder)/\(name)", 0o644)
        precondition(descriptor >= 0)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        _ = Glibc.close(descriptor)
    }

    func contents(of name: String) -> [UInt8] {
        let descriptor = unsafe open("\(folder)/\(name)", O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { _ = Glibc.close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe read(descriptor, $0.baseAddress, $0.count)
        }
        return Array(bytes.prefix(max(0, count)))
    }

    /// Lets the server alone do what it can.
    func stepServer() {
        while serverReactor.step() || disk.runAll() {}
    }

    /// Lets both ends, and the disk, do all that they can now.
    func settle() {
        while serverReactor.step() || clientReactor.step() || disk.runAll() {}
    }

    /// Lets time pass, and what was waiting for it happen.
    func pass(nanoseconds: UInt64) {
        clock.advance(to: clock.now + nanoseconds)
        settle()
    }
}

/// Jobs for the disk that run when the test says so.
final class HeldJobs: FileIORunner, @unchecked Sendable {
    private var jobs: [@Sendable () -> Void] = []
    private(set) var ranCount = 0
    var isHeld = false

    func run(_ job: @escaping @Sendable () -> Void) -> Bool {
        jobs.append(job)
        return true
    }

    func runAll() -> Bool {
        guard !isHeld, !jobs.isEmpty else { return false }
        let now = jobs
        jobs = []
        ranCount += now.count
        for job in now { job() }
        return true
    }
}

/// Whether two long lists are the same; their differences would take a test minutes to print.
func same(_ left: [UInt8], _ right: [UInt8]) -> Bool { left == right }
