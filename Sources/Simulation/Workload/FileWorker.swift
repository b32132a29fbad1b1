internal import Client
internal import Glibc
internal import Seeds

/// Works on one file as a random program would, several reads and writes at a time, and knows
/// what it must hold.
final class FileWorker: @unchecked Sendable {
    static let byteCountMax = 768 << 10
    /// Most pieces are small; a few take several requests.
    private static let pieceMax = 160 << 10
    /// An operation that failed is tried so often, with a pause in between.
    private static let attemptsMax = 200
    private static let pauseNanoseconds: UInt64 = 300_000_000

    let number: Int
    let scene: SimulationScene
    var random: SeededGenerator
    let shadow = Shadow(capacity: FileWorker.byteCountMax)
    var path: RemotePath
    private var file: RemoteFile?
    private var nextWrite: UInt32 = 1
    /// Where the last pieces were.
    private var lastRanges: [Range<Int>] = []

    init(number: Int, scene: SimulationScene) throws {
        self.number = number
        self.scene = scene
        random = scene.world.generator(100 + UInt64(number))
        path = try RemotePath(parsing: "file-\(number)")
    }

    /// Goes on until the faults are over, then compares everything.
    func work() async {
        do {
            try await attempt { _ throws(ClientError) in }
            scene.arrived()
            while !scene.isOver {
                try await changeAtOnce()
                if random.isOne(in: 3) { try await changeAlone() }
            }
            try await verify()
            try await attempt { file throws(ClientError) in try await file.close() }
            file = nil
        } catch {
            scene.fail("file \(number): \(error)")
        }
    }

    // MARK: Pieces at the same time

    private struct Piece: Sendable {
        var range: Range<Int>
        /// Nil to read.
        var data: [UInt8]?
    }

    /// Reads and writes pieces that have no byte in common, all at once.
    private func changeAtOnce() async throws(SimulationFailure) {
        if file == nil { try await attempt { _ throws(ClientError) in } }
        let pieces = makePieces()
        let failed = await withTaskGroup(of: (Piece, ClientError?).self) { group in
            for piece in pieces {
                group.addTask { [self] in
                    do throws(ClientError) {
                        try await run(piece, on: try await opened())
                        return (piece, nil)
                    } catch {
                        return (piece, error)
                    }
                }
            }
            var failed: [(Piece, ClientError)] = []
            for await (piece, error) in group {
                if let error { failed.append((piece, error)) }
            }
            return failed.sorted { $0.0.range.lowerBound < $1.0.range.lowerBound }
        }
        // All of them had the same file; one that is opened now must not be forgotten again.
        if let (_, error) = failed.first(where: { $0.1.kind == .network }) ?? failed.first {
            try await recover(from: error)
        }
        for (piece, _) in failed {
            try await attempt { [self] file throws(ClientError) in try await run(piece, on: file) }
        }
        for piece in pieces {
            if let data = piece.data { shadow.write(data, at: piece.range.lowerBound) }
        }
        scene.counts.operations += pieces.count
    }

    private func makePieces() -> [Piece] {
        // Over what was written just now: a write that comes late shows.
        if !lastRanges.isEmpty, !random.isOne(in: 3) {
            return lastRanges.map { writing($0) }
        }
        let count = random.number(1...4)
        let room = Self.byteCountMax / count
        var pieces: [Piece] = []
        for index in 0..<count {
            let largest = random.isOne(in: 3) ? Self.pieceMax : 12 << 10
            let size = min(room, random.number(1...largest))
            let start = index * room + random.number(0...room - size)
            if random.isOne(in: 2), start < shadow.count {
                pieces.append(Piece(range: start..<min(start + size, shadow.count)))
            } else {
                pieces.append(writing(start..<start + size))
            }
        }
        lastRanges = pieces.filter { $0.data != nil }.map(\.range)
        return pieces
    }

    private func writing(_ range: Range<Int>) -> Piece {
        defer { nextWrite += 1 }
        return Piece(range: range, data: Pattern.bytes(nextWrite, range))
    }

    private func run(_ piece: Piece, on file: RemoteFile) async throws(ClientError) {
        if let data = piece.data {
            try await file.write(data, at: UInt64(piece.range.lowerBound))
        } else {
            let found = try await read(piece.range, of: file)
            compare(found, at: piece.range.lowerBound)
        }
    }

    private func read(
        _ range: Range<Int>,
        of file: RemoteFile
    ) async throws(ClientError) -> [UInt8] {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 8)
        defer { unsafe memory.deallocate() }
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0xEE)
        let wanted = UInt64(range.lowerBound)..<UInt64(range.upperBound)
        try await unsafe file.read(wanted, into: memory)
        return unsafe [UInt8](memory)
    }

    func compare(_ found: [UInt8], at offset: Int) {
        guard let difference = shadow.difference(from: found, at: offset) else { return }
        switch difference.kind {
        case .lost: scene.counts.lost += 1
        case .stale: scene.counts.stale += 1
        }
        scene.fail("file \(number): \(difference)")
    }

    // MARK: Trying again

    /// The open file; opened when there is none.
    func opened() async throws(ClientError) -> RemoteFile {
        if let file { return file }
        let share = try await scene.share()
        let opened = try await share.open(path, for: .update)
        // Another piece may have been faster.
        if let file {
            opened.closeSoon()
            return file
        }
        scene.trace("file \(number): opened \(path)")
        file = opened
        return opened
    }

    func forget() { file = nil }

    /// Does something again and again until it succeeds.
    @discardableResult
    func attempt<Value: Sendable>(
        _ body: (RemoteFile) async throws(ClientError) -> Value
    ) async throws(SimulationFailure) -> Value {
        var last: ClientError?
        for _ in 0..<Self.attemptsMax {
            do throws(ClientError) {
                return try await body(try await opened())
            } catch {
                try await recover(from: error)
                last = error
            }
        }
        throw SimulationFailure("never succeeded: \(last.map { "\($0)" } ?? "")")
    }

    /// Waits after a failure that may pass; throws for one that may not.
    func recover(from error: ClientError) async throws(SimulationFailure) {
        scene.world.note("failed", number)
        if scene.isTraced { scene.trace("file \(number): \(error)") }
        switch error.kind {
        case .network:
            scene.counts.surfaced += 1
            // It may be open still, on the server at least.
            file?.closeSoon()
            file = nil
            await scene.pause(Self.pauseNanoseconds)
        case .busy:
            await scene.pause(Self.pauseNanoseconds)
        default:
            // MS-ERREF 2.3: the server was short of resources.
            guard error.statusName == "STATUS_INSUFFICIENT_RESOURCES" else {
                throw SimulationFailure("\(error)")
            }
            scene.counts.busy += 1
            await scene.pause(Self.pauseNanoseconds / 10)
        }
    }

    // MARK: At the end

    /// Reads everything back through the client.
    private func verify() async throws(SimulationFailure) {
        guard shadow.count > 0 else { return }
        let all = 0..<shadow.count
        let found = try await attempt { [self] file throws(ClientError) in
            try await read(all, of: file)
        }
        compare(found, at: 0)
    }
}
