import FileStore
import Foundation
import Logging
import Reactor
import SMBMessages
import Synchronization
import Testing

@testable import Server

/// Files in memory stay there while a round cannot tell whether they are there and what they are.
@Suite struct PinKeeperTests {
    private let ground: Ground
    private let files = PinnedFiles()
    private let keeper: PinKeeper

    init() throws {
        ground = try Ground()
        try ground.make("folder/model", count: 100_000)
        try ground.make("other", count: 5000)
        keeper = PinKeeper(
            files: files,
            wishes: [PinWish(name: "share", store: ground.store, path: .root)],
            byteCountMax: 1 << 30,
            // A change time in this very second is good enough: nothing changes meanwhile.
            restSeconds: -1,
            devices: NoDevices(),
            log: Logger(label: "pins") { _ in SwiftLogNoOpLogHandler() }
        )
        keeper.refresh()
        #expect(files.byteCount == 105_000)
    }

    private func memory(of name: String) throws -> PinnedMemory? {
        files.memory(of: try ground.stamp(name))
    }

    @Test(
        arguments: [
            "", "folder", "folder\\model",
        ],
        [NTStatus.insufficientResources, .accessDenied, .tooManyOpenedFiles]
    )
    func whatCannotBeReachedForOnceStays(path: String, status: NTStatus) throws {
        let loaded = try #require(try memory(of: "folder/model"))
        ground.store.refuse { $0 == path ? status : nil }
        keeper.refresh()
        #expect(try memory(of: "folder/model") === loaded)
        ground.store.refuse { _ in nil }
        keeper.refresh()
        #expect(try memory(of: "folder/model") === loaded)
        #expect(files.byteCount == 105_000)
    }

    /// The others are looked after as ever.
    @Test func whatIsGoneElsewhereGoes() throws {
        ground.store.refuse { $0 == "folder" ? .insufficientResources : nil }
        try ground.remove("other")
        keeper.refresh()
        #expect(files.byteCount == 100_000)
    }

    @Test(arguments: [NTStatus.objectNameNotFound, .objectPathNotFound])
    func whatIsNotFoundGoes(status: NTStatus) throws {
        ground.store.refuse { $0 == "folder\\model" ? status : nil }
        keeper.refresh()
        #expect(files.byteCount == 5000)
    }

    @Test func whatWentUnseenGoesWhenItIsSeen() throws {
        ground.store.refuse { $0 == "folder" ? .accessDenied : nil }
        try ground.remove("folder/model")
        keeper.refresh()
        #expect(files.byteCount == 105_000)
        ground.store.refuse { _ in nil }
        keeper.refresh()
        #expect(files.byteCount == 5000)
    }

    /// A name that leads elsewhere by now is not below the one that cannot be reached.
    @Test func namesThatBeginAlikeAreOthers() throws {
        try ground.make("fold", count: 300)
        keeper.refresh()
        ground.store.refuse { $0 == "fold" ? .accessDenied : nil }
        try ground.remove("folder/model")
        keeper.refresh()
        #expect(files.byteCount == 5300)
    }
}

private struct NoDevices: PinningDevices {
    func pin(_ memory: PinnedMemory) -> PinningOutcome { PinningOutcome(added: [], refused: [:]) }
    func unpin(_ memory: PinnedMemory) {}
}

/// A folder of its own, and its store.
private final class Ground {
    let store: RefusingStore
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "penstock-pins-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: "\(folder)/folder",
            withIntermediateDirectories: true
        )
        store = RefusingStore(try POSIXStore(path: folder))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func make(_ name: String, count: Int) throws {
        try Data(count: count).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }

    func stamp(_ name: String) throws -> PinnedFiles.Stamp {
        var status = stat()
        try #require(unsafe stat("\(folder)/\(name)", &status) == 0)
        return PinnedFiles.Stamp(status)
    }
}

/// A store that fails to open what a test says.
private final class RefusingStore: FileStore {
    private let store: POSIXStore
    private let refusal = Mutex<@Sendable (String) -> NTStatus?>({ _ in nil })

    init(_ store: POSIXStore) { self.store = store }

    func refuse(_ refusal: @escaping @Sendable (String) -> NTStatus?) {
        self.refusal.withLock { $0 = refusal }
    }

    var capabilities: StoreCapabilities { store.capabilities }

    func volume() throws(NTStatus) -> StoreVolume { try store.volume() }

    func metadata(
        at path: StorePath,
        opensReparsePoint: Bool
    ) throws(NTStatus) -> FileMetadata? {
        try store.metadata(at: path, opensReparsePoint: opensReparsePoint)
    }

    func open(_ request: StoreOpenRequest) throws(NTStatus) -> StoreOpenResult {
        if let status = refusal.withLock({ $0 })(request.path.description) { throw status }
        return try store.open(request)
    }

    func makeWatcher() throws(NTStatus) -> any ChangeWatcher { try store.makeWatcher() }
}
