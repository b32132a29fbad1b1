import Reactor
import SMBDirect
import SMBMessages
import Server
import Testing
import Transport

@testable import Simulation

/// Requests wait for memory; they do not fail for want of it.
@Suite struct PlacementBoundTests {
    private let data = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }

    private func start(
        inFlightMax: Int = 64 << 20
    ) throws -> (ground: PlacingServer, caller: PlacingCaller) {
        let ground = try PlacingServer { $0.limits.placedBytesPerConnectionMax = inFlightMax }
        ground.make("file", data)
        let caller = try PlacingCaller(ground)
        try caller.open("file")
        return (ground, caller)
    }

    @Test func oneConnectionHasNoMoreOnItsWayThanItMay() throws {
        let (ground, caller) = try start(inFlightMax: 100_000)
        let rooms = try (0..<8).map { _ in try caller.room(40_000) }
        for (index, room) in rooms.enumerated() {
            caller.send([
                caller.readMessage(
                    40_000,
                    at: UInt64(index * 40_000),
                    info: caller.encoded([room.descriptor])
                )
            ])
        }
        ground.stepServer()
        // The client takes nothing yet: two fit, the others wait.
        #expect(caller.remote.queuedByteCount >= 80_000)
        #expect(caller.remote.queuedByteCount < 90_000)
        for _ in 0..<20 { ground.pass(nanoseconds: 2_000_000) }
        #expect(caller.takeAnswers().map(\.status) == Array(repeating: .success, count: 8))
        #expect(same(rooms.flatMap(\.bytes), Array(data[..<320_000])))
    }

    @Test func aRequestLargerThanTheBoundGoesAlone() throws {
        let (ground, caller) = try start(inFlightMax: 10_000)
        let rooms = try (0..<3).map { _ in try caller.room(40_000) }
        for room in rooms {
            caller.send([caller.readMessage(40_000, info: caller.encoded([room.descriptor]))])
        }
        for _ in 0..<10 { ground.pass(nanoseconds: 2_000_000) }
        #expect(caller.takeAnswers().map(\.status) == [.success, .success, .success])
    }

    @Test func writesWaitForOneAnother() throws {
        let (ground, caller) = try start(inFlightMax: 50_000)
        let parts = try (0..<6).map {
            try caller.expose(Array(data[$0 * 30_000..<($0 + 1) * 30_000]), .reading)
        }
        try caller.open("new")
        for (index, part) in parts.enumerated() {
            caller.send([
                caller.writeMessage(
                    30_000,
                    at: UInt64(index * 30_000),
                    info: caller.encoded([part.descriptor])
                )
            ])
        }
        for _ in 0..<20 { ground.pass(nanoseconds: 2_000_000) }
        #expect(caller.takeAnswers().map(\.status) == Array(repeating: .success, count: 6))
        #expect(same(ground.contents(of: "new"), Array(data[..<180_000])))
    }

    /// The pool of the device is empty because others have its memory.
    @Test func anEmptyPoolMakesRequestsWait() throws {
        let (ground, caller) = try start()
        var taken: [IOBuffer] = []
        for capacity in [8 << 20, 1 << 20, 256 << 10, 64 << 10, 4096] {
            while let buffer = caller.remote.takeBuffer(capacity: capacity) { taken.append(buffer) }
        }
        let room = try caller.room(200_000)
        let source = try caller.expose(data, .reading)
        let info = caller.encoded([room.descriptor])
        caller.send([caller.readMessage(200_000, info: info)])
        caller.send([
            caller.writeMessage(1000, at: 400_000, info: caller.encoded([source.descriptor]))
        ])
        ground.pass(nanoseconds: 50_000_000)
        #expect(caller.takeAnswers().isEmpty)
        #expect(!caller.isClosed)
        for buffer in taken { buffer.recycle() }
        // The pool can only make others of them once nobody knows them.
        taken.removeAll()
        ground.pass(nanoseconds: 2_000_000)
        #expect(caller.takeAnswers().map(\.status) == [.success, .success])
        #expect(same(room.bytes, Array(data[..<200_000])))
    }

    @Test func whoLeavesWhileWaitingIsForgotten() throws {
        let (ground, caller) = try start(inFlightMax: 10_000)
        for _ in 0..<4 {
            let room = try caller.room(40_000)
            caller.send([caller.readMessage(40_000, info: caller.encoded([room.descriptor]))])
        }
        ground.stepServer()
        caller.leave()
        for _ in 0..<5 { ground.pass(nanoseconds: 2_000_000) }
        #expect(caller.remote.staleAccessCount == 0)
        let next = try PlacingCaller(ground)
        try next.open("file")
        let room = try next.room(40_000)
        #expect(try next.read(into: room).status == .success)
    }

    @Test func aFileThatIsClosedWhileItsReadWaitsIsNotRead() throws {
        let (ground, caller) = try start(inFlightMax: 10_000)
        let file = caller.file
        let rooms = try (0..<2).map { _ in try caller.room(40_000) }
        for room in rooms {
            caller.send([caller.readMessage(40_000, info: caller.encoded([room.descriptor]))])
        }
        caller.send([caller.message(.close) { CloseRequest(fileID: file).encode(to: &$0) }])
        ground.stepServer()
        for _ in 0..<5 { ground.pass(nanoseconds: 2_000_000) }
        #expect(caller.takeAnswers().map(\.status) == [.success, .success, .fileClosed])
    }

    /// Bytes that are not in the page cache are read where waiting stalls nobody.
    @Test func theDiskIsWaitedForElsewhere() throws {
        let (ground, caller) = try start()
        ground.disk.isHeld = true
        let source = try caller.expose([1, 2, 3], .reading)
        caller.send([caller.writeMessage(3, info: caller.encoded([source.descriptor]))])
        ground.settle()
        let isCached = caller.takeAnswers().isEmpty
        ground.disk.isHeld = false
        ground.settle()
        if isCached { #expect(caller.takeAnswers().map(\.status) == [.success]) }
        #expect(same(Array(ground.contents(of: "file")[..<3]), [1, 2, 3]))
    }
}
