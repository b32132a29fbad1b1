import FileStore
import Glibc
import Logging
import Reactor
import SMBMessages
import Synchronization
import Testing
import Wire

@testable import Server
@testable import Simulation

/// READs of files that are kept in registered memory.
@Suite struct PinnedReadTests {
    private let ground: PlacingServer
    private let files = PinnedFiles()
    private let data = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }

    init() throws {
        let files = files
        ground = try PlacingServer { $0.pinnedFiles = files }
        ground.make("file", data)
    }

    private func caller(_ manner: PlacingCaller.Manner = .init()) throws -> PlacingCaller {
        let caller = try PlacingCaller(ground, manner)
        try caller.open("file")
        return caller
    }

    /// Memory that tells itself from the file by every byte, known to the server's device.
    private func pinMark(for caller: PlacingCaller, count: Int = 200_000) throws -> PinnedMemory {
        let memory = try #require(PinnedMemory(byteCount: count))
        unsafe memory.base.initializeMemory(as: UInt8.self, repeating: 0x5A, count: count)
        files.add(memory, of: try stamp("file"))
        caller.remote.pin(memory)
        return memory
    }

    private func stamp(_ name: String) throws -> PinnedFiles.Stamp {
        var status = stat()
        try #require(unsafe stat("\(ground.folder)/\(name)", &status) == 0)
        return PinnedFiles.Stamp(status)
    }

    private func keeper(_ caller: PlacingCaller, _ path: String, max: Int = 1 << 30) throws
        -> PinKeeper
    {
        PinKeeper(
            files: files,
            wishes: [
                PinWish(
                    name: "share",
                    store: try POSIXStore(path: ground.folder),
                    path: try StorePath(path, rules: .posix)
                )
            ],
            byteCountMax: max,
            // A change time in this very second is good enough: the tests know when they change.
            restSeconds: -1,
            devices: Devices(caller.remote),
            log: Logger(label: "pins") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    // MARK: Reading

    @Test func theBytesComeFromTheMemory() throws {
        let caller = try caller()
        _ = try pinMark(for: caller)
        let memory = try caller.room(100_000)
        let (status, response, _) = try caller.read(into: memory, at: 1234)
        #expect(status == .success)
        #expect(response?.dataRemaining == 100_000)
        #expect(memory.bytes.allSatisfy { $0 == 0x5A })
        let tail = try caller.room(5000)
        #expect(try caller.read(into: tail, at: 199_000).response?.dataRemaining == 1000)
        #expect(tail.bytes[..<1000].allSatisfy { $0 == 0x5A })
        #expect(tail.bytes[1000...].allSatisfy { $0 == 0xEE })
        #expect(try caller.read(into: tail, at: 200_000).status == .endOfFile)
    }

    @Test func manyReadsShareIt() throws {
        let caller = try caller()
        _ = try pinMark(for: caller)
        for offset in stride(from: UInt64(0), to: 190_000, by: 10_000) {
            let memory = try caller.room(10_000)
            #expect(try caller.read(into: memory, at: offset).status == .success)
            #expect(memory.bytes.allSatisfy { $0 == 0x5A })
        }
        caller.leave()
        #expect(caller.remote.staleAccessCount == 0)
    }

    @Test func whatTheDeviceDoesNotKnowIsCopied() throws {
        let caller = try caller()
        let memory = try #require(PinnedMemory(byteCount: 200_000))
        files.add(memory, of: try stamp("file"))
        let room = try caller.room(50_000)
        #expect(try caller.read(into: room).status == .success)
        #expect(same(room.bytes, Array(data[..<50_000])))
    }

    @Test func aChangedFileIsReadItself() throws {
        let caller = try caller()
        _ = try pinMark(for: caller)
        let fresh = [UInt8](repeating: 0x11, count: 200_000)
        let before = try stamp("file")
        // Until the file system's clock has moved, a change is none.
        while try stamp("file") == before { ground.make("file", fresh) }
        let room = try caller.room(50_000)
        #expect(try caller.read(into: room).status == .success)
        #expect(same(room.bytes, Array(fresh[..<50_000])))
    }

    @Test func protectedDataTakesTheOtherWay() throws {
        var manner = PlacingCaller.Manner()
        manner.transforms = [.signing]
        manner.requiresSigning = true
        manner.signs = true
        let caller = try caller(manner)
        _ = try pinMark(for: caller)
        let room = try caller.room(50_000)
        #expect(try caller.read(into: room).status == .success)
        #expect(same(room.bytes, Array(data[..<50_000])))
    }

    // MARK: Keeping

    @Test func aFileIsLoadedAndReloadedAndDropped() throws {
        let caller = try caller()
        let keeper = try keeper(caller, "file")
        keeper.refresh()
        let first = try stamp("file")
        let pinned = try #require(files.memory(of: first))
        #expect(pinned.byteCount == 200_000)
        let room = try caller.room(200_000)
        #expect(try caller.read(into: room).status == .success)
        #expect(same(room.bytes, data))
        keeper.refresh()
        #expect(files.memory(of: first) === pinned)

        let fresh = [UInt8](repeating: 0x22, count: 150_000)
        ground.make("file", fresh)
        #expect(try caller.read(into: room).response?.dataRemaining == 150_000)
        #expect(same(Array(room.bytes[..<150_000]), fresh))
        keeper.refresh()
        #expect(files.memory(of: first) == nil)
        #expect(files.byteCount == 150_000)

        _ = unsafe unlink("\(ground.folder)/file")
        keeper.refresh()
        #expect(files.byteCount == 0)
    }

    @Test func aFolderIsPinnedWithItsLinksButWithoutCircles() throws {
        let caller = try caller()
        ground.make("other", [1, 2, 3])
        ground.make("empty", [])
        #expect(unsafe symlink("file", "\(ground.folder)/link") == 0)
        #expect(unsafe symlink(".", "\(ground.folder)/circle") == 0)
        try keeper(caller, "").refresh()
        #expect(files.byteCount == 200_003)
    }

    @Test func theBoundHoldsAndOthersGoOn() throws {
        let caller = try caller()
        ground.make("other", [1, 2, 3])
        try keeper(caller, "", max: 1000).refresh()
        #expect(files.byteCount == 3)
        #expect(files.memory(of: try stamp("file")) == nil)
    }

    @Test func aFileThatHasJustChangedWaits() throws {
        let caller = try caller()
        let keeper = PinKeeper(
            files: files,
            wishes: [
                PinWish(name: "share", store: try POSIXStore(path: ground.folder), path: .root)
            ],
            byteCountMax: 1 << 30,
            restSeconds: 1 << 30,
            devices: Devices(caller.remote),
            log: Logger(label: "pins") { _ in SwiftLogNoOpLogHandler() }
        )
        keeper.refresh()
        #expect(files.byteCount == 0)
    }
}

/// One simulated device.
private final class Devices: PinningDevices, @unchecked Sendable {
    private let transport: SimulatedTransport

    init(_ transport: SimulatedTransport) { self.transport = transport }

    func pin(_ memory: PinnedMemory) -> PinningOutcome {
        transport.pin(memory)
        return PinningOutcome(added: ["simulated"], refused: [:])
    }

    func unpin(_ memory: PinnedMemory) {}
}
