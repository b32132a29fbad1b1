import Reactor
import SMBMessages
import SMBSecurity
import Simulation
import Synchronization
import Testing
import Wire

@testable import Client

/// Sessions with several channels, and what happens when channels die.
@Suite(.timeLimit(.minutes(10))) struct ChannelTests {
    private let site = ScriptedSite()
    private let runtime: ClientRuntime
    private let news = NewsLog()

    init() throws {
        runtime = try ClientRuntime(connector: SiteConnector(site: site))
    }

    private func connect(
        _ change: (inout ClientOptions) -> Void = { _ in }
    ) async throws(ClientError) -> Session {
        var options = ClientOptions()
        options.blockByteCount = 65536
        options.depth = 4
        // A busy machine may take long to come to a task.
        options.timeoutSeconds = 3600
        options.deadlineSeconds = 3600
        change(&options)
        let news = news
        return try await Session.connect(
            to: ServerAddress(host: "script"),
            as: Credentials(user: ScriptedSite.user, password: ScriptedSite.password),
            options: options,
            runtime: runtime,
            noticed: { news.add($0) }
        )
    }

    /// A session whose RDMA channel is there, however busy the machine of the test is.
    private func connectByRDMA(
        _ change: (inout ClientOptions) -> Void = { _ in }
    ) async throws(ClientError) -> (session: Session, share: Share) {
        let session = try await connect(change)
        let share = try await session.share("data")
        await news.wait { $0.contains(where: \.isFoundRDMA) }
        return (session, share)
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

    private func kinds(_ command: Command) async -> [TransportKind] {
        await site.with(runtime) { $0.requests(command).map(\.kind) }
    }

    /// How many accesses of the server met memory that the client had given back.
    private func staleAccesses() async -> Int {
        await site.with(runtime) { $0.connections.reduce(0) { $0 + $1.near.staleAccessCount } }
    }

    @Test func bulkDataGoesByRDMA() async throws {
        let (session, share) = try await connectByRDMA()
        #expect(await session.activeChannels.map(\.transport) == [.tcp, .rdma])
        #expect(await session.activeChannels.last?.data == .placed)
        let file = try await share.open(path())
        #expect(try await readAll(file) == PatternFile.bytes(0..<ScriptedSite.byteCount))
        let reads = await site.with(runtime) { $0.requests(.read) }
        #expect(reads.count == 16 && reads.allSatisfy { $0.kind == .rdma })
        let request = try #require(
            try? ScriptedTransport.Sent(header: reads[0].header, bytes: reads[0].bytes)
                .decode { reader throws(WireError) in try ReadRequest(from: &reader) }
        )
        #expect(request.channel == .rdmaV1 && request.channelInfo.count == 16)
        #expect(await site.with(runtime) { $0.bindingsVerified } == 2)
        #expect(await staleAccesses() == 0)
        await session.close()
    }

    @Test func bulkDataIsTakenByRDMA() async throws {
        let (_, share) = try await connectByRDMA()
        let file = try await share.open(path(), for: .update)
        let bytes = PatternFile.bytes(7..<300_007)
        try await file.write(bytes)
        #expect(await site.with(runtime) { Array($0.content[..<300_000]) } == bytes)
        let writes = await site.with(runtime) { $0.requests(.write) }
        #expect(writes.allSatisfy { $0.kind == .rdma && !$0.isRepeated })
        // MS-SMB2 2.2.21: no data, its length in RemainingBytes, and one descriptor behind.
        #expect(writes[0].bytes.count == Header.size + WriteRequest.fixedSize + 16)
        #expect(await staleAccesses() == 0)
    }

    @Test func littleDataTravelsInMessages() async throws {
        let (_, share) = try await connectByRDMA()
        let file = try await share.open(path(), for: .update)
        let bytes = PatternFile.bytes(1..<4000)
        try await file.write(bytes)
        let write = try #require(await site.with(runtime) { $0.requests(.write).first })
        #expect(write.kind == .rdma)
        #expect(write.bytes.count == Header.size + WriteRequest.fixedSize + bytes.count)
    }

    @Test(arguments: [1, 3, 9, 16])
    func readsGoOnByTCP(number: Int) async throws {
        let (session, share) = try await connectByRDMA()
        let file = try await share.open(path())
        let count = Mutex(0)
        await site.with(runtime) { site in
            site.refused = [.rdma]
            site.fate = { seen in
                guard seen.header.command == .read, seen.kind == .rdma else { return .answered }
                return count.withLock { count in
                    count += 1
                    return count == number ? .killed : .answered
                }
            }
        }
        #expect(try await readAll(file) == PatternFile.bytes(0..<ScriptedSite.byteCount))
        let reads = await site.with(runtime) { $0.requests(.read) }
        let byTCP = reads.filter { $0.kind == .tcp }
        // MS-SMB2 3.2.7.1: the requests after the loss say so.
        #expect(!byTCP.isEmpty && byTCP.allSatisfy { $0.header.channelSequence == 1 })
        #expect(reads.filter { $0.kind == .rdma }.allSatisfy { $0.header.channelSequence == 0 })
        #expect(await staleAccesses() == 0)
        #expect(await session.isOpen)
    }

    @Test(arguments: [ScriptedSite.Fate.killed, .done])
    func writesGoOnByTCP(fate: ScriptedSite.Fate) async throws {
        let (_, share) = try await connectByRDMA()
        let file = try await share.open(path(), for: .update)
        let count = Mutex(0)
        await site.with(runtime) { site in
            site.refused = [.rdma]
            site.fate = { seen in
                guard seen.header.command == .write, seen.kind == .rdma else { return .answered }
                return count.withLock { count in
                    count += 1
                    return count == 3 ? fate : .answered
                }
            }
        }
        let bytes = PatternFile.bytes(11..<500_011)
        try await file.write(bytes)
        #expect(await site.with(runtime) { Array($0.content[..<500_000]) } == bytes)
        let writes = await site.with(runtime) { $0.requests(.write) }
        let again = writes.filter(\.isRepeated)
        #expect(!again.isEmpty && again.allSatisfy { $0.kind == .tcp })
        #expect(again.allSatisfy { $0.header.channelSequence == 1 })
        #expect(await staleAccesses() == 0)
    }

    @Test func aServerThatIsNotDoneIsAskedAgain() async throws {
        let (_, share) = try await connectByRDMA()
        let file = try await share.open(path(), for: .update)
        let count = Mutex((lost: 0, refused: 0))
        await site.with(runtime) { site in
            site.refused = [.rdma]
            site.fate = { seen in
                guard seen.header.command == .write else { return .answered }
                return count.withLock { count in
                    if seen.kind == .rdma, count.lost == 0 {
                        count.lost = 1
                        return .killed
                    }
                    guard seen.isRepeated, count.refused < 3 else { return .answered }
                    count.refused += 1
                    return .status(.fileNotAvailable)
                }
            }
        }
        let bytes = PatternFile.bytes(11..<200_011)
        try await file.write(bytes)
        #expect(count.withLock { $0.refused } == 3)
        #expect(await site.with(runtime) { Array($0.content[..<200_000]) } == bytes)
    }

    @Test func rdmaIsFoundAgain() async throws {
        let (session, share) = try await connectByRDMA()
        let file = try await share.open(path())
        await site.with(runtime) { $0.kill(.rdma) }
        await news.wait { $0.count(where: \.isFoundRDMA) == 2 }
        #expect(await session.activeChannels.map(\.transport) == [.tcp, .rdma])
        _ = try await readAll(file)
        #expect(await kinds(.read).allSatisfy { $0 == .rdma })
    }

    @Test func rdmaAloneUsesNoTCP() async throws {
        let session = try await connect { $0.transport = .rdma }
        let file = try await session.share("data").open(path())
        _ = try await readAll(file)
        #expect(await site.with(runtime) { $0.connections.allSatisfy { $0.kind == .rdma } })
    }

    @Test func tcpAloneAsksForNothing() async throws {
        let session = try await connect { $0.transport = .tcp }
        let file = try await session.share("data").open(path())
        _ = try await readAll(file)
        #expect(await site.with(runtime) { $0.connections.count } == 1)
        #expect(await kinds(.ioctl).isEmpty)
    }

    @Test func withoutADeviceRDMAIsAnErrorThatSaysWhatToDo() async throws {
        let bare = try ClientRuntime(connector: SiteConnector(site: site, hasRDMA: false))
        var options = ClientOptions()
        options.transport = .rdma
        let error = await #expect(throws: ClientError.self) {
            try await Session.connect(
                to: ServerAddress(host: "script"),
                as: .anonymous,
                options: options,
                runtime: bare
            )
        }
        #expect(error?.kind == .unsupported)
        #expect(error?.description.contains("penstock doctor") == true)
    }

    @Test(arguments: [NTStatus.requestNotAccepted, .notSupported, .accessDenied])
    func aServerWithoutMultichannelIsUsedAsItIs(status: NTStatus) async throws {
        await site.with(runtime) { $0.bindingStatus = status }
        let session = try await connect()
        let file = try await session.share("data").open(path())
        _ = try await readAll(file)
        #expect(await kinds(.read).allSatisfy { $0 == .tcp })
    }

    @Test func anotherServerHearsNoPassword() async throws {
        await site.with(runtime) { $0.serverGUID = GUID(rawValue: 78) }
        let session = try await connect()
        _ = try await session.share("data")
        let strangers = await site.with(runtime) { site in
            site.seen.filter { $0.connection > 0 && $0.header.command != .negotiate }
        }
        #expect(strangers.isEmpty)
    }

    @Test func demandedSignaturesKeepDataInMessages() async throws {
        let (session, share) = try await connectByRDMA { $0.requiresSigning = true }
        let file = try await share.open(path())
        #expect(try await readAll(file) == PatternFile.bytes(0..<ScriptedSite.byteCount))
        #expect(await session.activeChannels.last?.data == .inMessages)
        let reads = await site.with(runtime) { $0.requests(.read) }
        let request = try #require(
            try? ScriptedTransport.Sent(header: reads[0].header, bytes: reads[0].bytes)
                .decode { reader throws(WireError) in try ReadRequest(from: &reader) }
        )
        #expect(request.channel == .none)
    }

    @Test func aServerThatClaimsToHaveWrittenMoreIsRefused() async throws {
        let (_, share) = try await connectByRDMA()
        let file = try await share.open(path())
        await site.with(runtime) { $0.claimsTooMuch = true }
        let error = await #expect(throws: ClientError.self) { try await readAll(file) }
        #expect(error?.kind == .protocolViolation)
    }

    @Test func anOplockIsGivenUp() async throws {
        let session = try await connect()
        _ = try await session.share("data").open(path())
        await site.with(runtime) { site in
            var header = Header(command: .oplockBreak, messageID: .max, flags: .response)
            header.sessionID = 0
            var writer = WireWriter()
            header.encode(to: &writer)
            OplockBreakNotification(level: .none, fileID: FileID(persistent: 1, volatile: 1))
                .encode(to: &writer)
            site.connections[0].notify(writer.finish())
        }
        while await kinds(.oplockBreak).isEmpty { await Task.yield() }
        #expect(await kinds(.oplockBreak).count == 1)
        await session.close()
    }
}

/// What a session said of its channels.
final class NewsLog: Sendable {
    private let all = Mutex<[ChannelNews]>([])

    func add(_ news: ChannelNews) { all.withLock { $0.append(news) } }

    func wait(until isEnough: ([ChannelNews]) -> Bool) async {
        while !all.withLock({ isEnough($0) }) { await Task.yield() }
    }
}

extension ChannelNews {
    var isFoundRDMA: Bool {
        if case .found(let channel) = self { channel.transport == .rdma } else { false }
    }
}
