import Reactor
import SMBMessages
import Synchronization
import Testing
import Wire

@testable import Client

/// Sessions that lose every connection.
@Suite(.timeLimit(.minutes(10))) struct RecoveryTests {
    private let site = ScriptedSite()
    private let runtime: ClientRuntime

    init() throws {
        runtime = try ClientRuntime(connector: SiteConnector(site: site, hasRDMA: false))
    }

    /// A busy machine may take long to come to a task: only who wants the deadline sets one.
    private func connect(deadline: Int = 3600) async throws(ClientError) -> Session {
        var options = ClientOptions()
        options.blockByteCount = 65536
        options.depth = 4
        options.deadlineSeconds = deadline
        return try await Session.connect(
            to: ServerAddress(host: "script"),
            as: Credentials(user: ScriptedSite.user, password: ScriptedSite.password),
            options: options,
            runtime: runtime
        )
    }

    private func path(_ name: String = "file") throws -> RemotePath {
        try RemotePath(parsing: name)
    }

    private func readAll(_ file: RemoteFile) async throws -> [UInt8] {
        let count = ScriptedSite.byteCount
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 4096)
        defer { unsafe memory.deallocate() }
        try await unsafe file.read(0..<UInt64(count), into: memory)
        return unsafe [UInt8](memory)
    }

    /// Kills the connection once, at a request.
    private func killOnce(
        at command: Command,
        as fate: ScriptedSite.Fate = .killed,
        _ change: @escaping @Sendable (ScriptedSite) -> Void = { _ in }
    ) async {
        let isDone = Mutex(false)
        await site.with(runtime) { site in
            site.fate = { seen in
                guard seen.header.command == command, seen.connection == 0,
                    !isDone.withLock({ $0 })
                else { return .answered }
                isDone.withLock { $0 = true }
                change(site)
                return fate
            }
        }
    }

    @Test func theSameSessionGoesOnWhereTheServerHasIt() async throws {
        let session = try await connect()
        let file = try await session.share("data").open(path())
        await killOnce(at: .read)
        #expect(try await readAll(file) == PatternFile.bytes(0..<ScriptedSite.byteCount))
        #expect(await site.with(runtime) { $0.sessionCount } == 1)
        #expect(await site.with(runtime) { $0.bindingsVerified } == 2)
        #expect(await site.with(runtime) { $0.requests(.treeConnect).count } == 1)
    }

    @Test func aNewSessionTakesUpDurableOpens() async throws {
        let session = try await connect()
        let file = try await session.share("data").open(path(), for: .update)
        await killOnce(at: .write) { $0.keepsSession = false }
        let bytes = PatternFile.bytes(5..<400_005)
        try await file.write(bytes)
        #expect(await site.with(runtime) { Array($0.content[..<400_000]) } == bytes)
        #expect(await site.with(runtime) { $0.previousSessions } == [0, ScriptedSite.sessionID])
        let creates = await site.with(runtime) { $0.requests(.create) }
        let last = try #require(creates.last)
        let request = try ScriptedTransport.Sent(header: last.header, bytes: last.bytes)
            .decode { reader throws(WireError) in try CreateRequest(from: &reader) }
        #expect(request.contexts.data(of: .durableReconnectV2) != nil)
        // What the lost session left unanswered is marked, under the open's new name.
        let again = await site.with(runtime) { $0.requests(.write).filter(\.isRepeated) }
        let write = try #require(again.first)
        let body = try ScriptedTransport.Sent(header: write.header, bytes: write.bytes)
            .decode { reader throws(WireError) in try WriteRequest(from: &reader) }
        #expect(body.fileID == FileID(persistent: 1, volatile: 2))
    }

    @Test func theSameFileIsOpenedAgain() async throws {
        let session = try await connect()
        let file = try await session.share("data").open(path())
        await killOnce(at: .read) {
            $0.keepsSession = false
            $0.keepsOpens = false
        }
        #expect(try await readAll(file) == PatternFile.bytes(0..<ScriptedSite.byteCount))
        #expect(await site.with(runtime) { $0.sessionCount } == 2)
    }

    @Test func anotherFileIsNotReadOn() async throws {
        let session = try await connect()
        let file = try await session.share("data").open(path())
        await killOnce(at: .read) {
            $0.keepsSession = false
            $0.keepsOpens = false
            $0.toldByteCount = 5
        }
        let error = await #expect(throws: ClientError.self) { try await readAll(file) }
        #expect(error?.kind == .changed)
    }

    @Test func whatWasWrittenToIsNotOpenedByName() async throws {
        let session = try await connect()
        let file = try await session.share("data").open(path(), for: .update)
        await killOnce(at: .write) {
            $0.keepsSession = false
            $0.keepsOpens = false
        }
        let error = await #expect(throws: ClientError.self) {
            try await file.write(PatternFile.bytes(0..<400_000))
        }
        // A copy begins anew where its journal says.
        #expect(error?.kind == .network)
        #expect(await session.isOpen)
    }

    /// The server closed the file, and then lost the session: nothing is left to be had back.
    @Test(arguments: [Share.Purpose.update, .read])
    func closesThatWereDoneAreDone(purpose: Share.Purpose) async throws {
        let session = try await connect()
        let file = try await session.share("data").open(path(), for: purpose)
        await killOnce(at: .close, as: .done) {
            $0.keepsSession = false
            $0.keepsOpens = false
            // Somebody else changed it since.
            $0.toldByteCount = 5
        }
        #expect(try await file.close().byteCount == 5)
        #expect(await site.with(runtime) { $0.sessionCount } == 2)
    }

    @Test func closesThatRemovedTheFileAreDone() async throws {
        let session = try await connect()
        let file = try await session.share("data").open(path(), for: .update)
        try await file.removeOnClose()
        await killOnce(at: .close, as: .done) {
            $0.keepsSession = false
            $0.keepsOpens = false
            $0.names = []
        }
        #expect(try await file.close().byteCount == 0)
    }

    @Test func removalsThatWereDoneAreDone() async throws {
        let session = try await connect()
        let share = try await session.share("data")
        await killOnce(at: .create, as: .done)
        try await share.remove(path(), isFolder: false)
        #expect(await site.with(runtime) { $0.names.isEmpty })
        let creates = await site.with(runtime) { $0.requests(.create) }
        #expect(creates.map(\.isRepeated) == [false, true])
    }

    @Test func foldersThatWereMadeAreThere() async throws {
        let session = try await connect()
        let share = try await session.share("data")
        await killOnce(at: .create, as: .done)
        try await share.makeFolder(path("folder"))
        #expect(await site.with(runtime) { $0.names.contains("folder") })
        // The second that nobody repeated is an error.
        let error = await #expect(throws: ClientError.self) {
            try await share.makeFolder(path("folder"))
        }
        #expect(error?.kind == .exists)
    }

    @Test func theDeadlineIsKept() async throws {
        let session = try await connect(deadline: 1)
        let file = try await session.share("data").open(path())
        await killOnce(at: .read) { $0.refused = [.tcp] }
        let error = await #expect(throws: ClientError.self) { try await readAll(file) }
        #expect(error?.kind == .network)
        #expect(await session.isOpen == false)
    }

    @Test func withoutADeadlineALossIsAnErrorAtOnce() async throws {
        let session = try await connect(deadline: 0)
        let file = try await session.share("data").open(path())
        await killOnce(at: .read)
        let error = await #expect(throws: ClientError.self) { try await readAll(file) }
        #expect(error?.kind == .network)
    }
}
