import Client
import Glibc
import Synchronization

/// Our whole client on a reactor of its own; made once per process.
final class ClientUnderTest: Sendable {
    static let shared = ClientUnderTest()

    private let connector: FaultyConnector
    private let runtime: ClientRuntime

    private init() {
        connector = FaultyConnector()
        guard let runtime = try? ClientRuntime(connector: connector) else {
            preconditionFailure("no event loop")
        }
        self.runtime = runtime
    }

    /// Everything that the client can do, once, with a server whose answers are edited; returns
    /// whether all of it succeeded.
    func run(_ options: ClientOptions, user: String, edits: ReplyEdits) -> Bool {
        connector.load(edits)
        let outcome = Outcome()
        Task { outcome.settle(await work(options, user: user)) }
        return outcome.wait()
    }

    private func work(_ options: ClientOptions, user: String) async -> Bool {
        guard
            let session = try? await Session.connect(
                to: ServerAddress(host: "penstock"),
                as: Credentials(user: user, password: ServerUnderTest.password),
                options: options,
                runtime: runtime
            )
        else { return false }
        var isComplete = (try? await session.listShares()) != nil
        if let share = try? await session.share("share") {
            do { try await use(share) } catch { isComplete = false }
        } else {
            isComplete = false
        }
        await session.close()
        return isComplete
    }

    private func use(_ share: Share) async throws {
        let folder = try RemotePath(parsing: "folder")
        let path = try folder.appending("file")
        let other = try folder.appending("other")
        try await share.makeFolder(folder)
        let file = try await share.open(path, for: .replace)
        try await file.write([UInt8](repeating: 7, count: 5000))
        try await read(5000, of: file)
        _ = try await file.close()
        _ = try await share.stat(path)
        _ = try await share.space()
        try await share.rename(path, to: other, replacing: true)
        _ = try await share.entries(of: folder)
        try await share.remove(other, isFolder: false)
        try await share.remove(folder, isFolder: true)
    }

    private func read(_ count: Int, of file: RemoteFile) async throws {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { unsafe memory.deallocate() }
        try await unsafe file.read(0..<UInt64(count), into: memory)
    }
}

/// A result that one thread waits for.
private final class Outcome: Sendable {
    private let value = Mutex<Bool?>(nil)

    func settle(_ result: Bool) { value.withLock { $0 = result } }

    func wait() -> Bool {
        while true {
            if let result = value.withLock({ $0 }) { return result }
            usleep(100)
        }
    }
}
