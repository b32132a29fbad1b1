internal import Client
internal import Glibc
internal import Networking
internal import Reactor

/// One session with an SMB server, and what is done in it while a clock runs.
struct SMBLoad: Sendable {
    static let usage = """
        penstock-bench smb HOST:PORT SHARE LOGIN-FILE unsigned|signed|required|encrypted LOAD
               read NAME BYTES BLOCK DEPTH | write NAME BYTES BLOCK DEPTH
               overwrite NAME BYTES BLOCK DEPTH
               random NAME COUNT BLOCK DEPTH | files FOLDER COUNT | idle COUNT
               shadow NAME OPERATIONS SEED [SESSIONS] | many NAME BYTES BLOCK DEPTH CONNECTIONS
        """
    /// Written again and again: large enough that the requests in flight seldom run dry.
    private static let writtenByteCount = 256 << 20
    private static let idleConnectsAtOnce = 16
    /// An eighth of a transfer goes before what is timed: memory is registered once, not per byte.
    private static let warmUpShare = 8

    let address: ServerAddress
    let shareName: String
    let credentials: Credentials
    let runtime: ClientRuntime
    var options = ClientOptions()

    init(_ words: [String]) throws {
        let parts = words[0].split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else { fail(Self.usage) }
        address = ServerAddress(host: String(parts[0]), port: port)
        shareName = words[1]
        let login = try CredentialsFile(parsing: readText(words[2]))
        credentials = Credentials(user: login.user ?? "", password: login.password ?? "")
        options.signs = words[3] != "unsigned"
        options.requiresSigning = words[3] == "required"
        options.encrypts = words[3] == "encrypted"
        if let word = unsafe getenv("PENSTOCK_BENCH_TRANSPORT") {
            options.transport = TransportChoice(rawValue: unsafe String(cString: word)) ?? .tcp
        }
        runtime = try Self.newRuntime()
    }

    /// A client of its own, as the server sees it.
    static func newRuntime() throws -> ClientRuntime {
        try ClientRuntime(connector: NetworkConnector())
    }

    /// Words behind the protection: the load and its numbers.
    mutating func run(_ words: [String]) async throws {
        let numbers = words.dropFirst(2).compactMap { Int($0) }
        switch (words[0], numbers.count) {
        case ("read", 3):
            (options.blockByteCount, options.depth) = (numbers[1], numbers[2])
            try await read(words[1], byteCount: numbers[0])
        case ("overwrite", 3):
            (options.blockByteCount, options.depth) = (numbers[1], numbers[2])
            try await overwrite(words[1], byteCount: numbers[0])
        case ("write", 3):
            (options.blockByteCount, options.depth) = (numbers[1], numbers[2])
            try await write(words[1], byteCount: numbers[0])
        case ("random", 3):
            let (count, block, depth) = (numbers[0], numbers[1], numbers[2])
            try await readAtRandom(words[1], count: count, block: block, depth: depth)
        case ("files", 1):
            try await makeFiles(in: words[1], count: numbers[0])
        case ("many", 4):
            (options.blockByteCount, options.depth) = (numbers[1], numbers[2])
            try await readByMany(words[1], byteCount: numbers[0], connections: numbers[3])
        case ("shadow", 2):
            try await shadow(words[1], operations: numbers[0], seed: numbers[1])
        case ("shadow", 3):
            try await shadows(
                words[1],
                operations: numbers[0],
                seed: numbers[1],
                sessionCount: numbers[2],
            )
        case ("idle", 0):
            try await holdSessions(count: Int(words[1]) ?? 0)
        default:
            fail(Self.usage)
        }
    }

    func connect(on other: ClientRuntime? = nil) async throws -> Session {
        try await Session.connect(
            to: address,
            as: credentials,
            options: options,
            runtime: other ?? runtime,
        )
    }

    private func read(_ name: String, byteCount: Int) async throws {
        let session = try await connect()
        let share = try await session.share(shareName)
        let file = try await share.open(RemotePath(parsing: name))
        let nowhere = try LocalFile.openStream("/dev/null")
        try await file.read(0..<UInt64(byteCount / Self.warmUpShare), appendingTo: nowhere)
        let seconds = try await timed {
            try await file.read(0..<UInt64(byteCount), appendingTo: nowhere)
        }
        writeAll("\(seconds)\n", to: 1)
        _ = try await file.close()
        await session.close()
    }

    private func write(_ name: String, byteCount: Int) async throws {
        let session = try await connect()
        let share = try await session.share(shareName)
        let file = try await share.open(RemotePath(parsing: name), for: .replace)
        let bytes = [UInt8](repeating: 0x5A, count: min(byteCount, Self.writtenByteCount))
        let seconds = try await timed {
            var offset = 0
            while offset < byteCount {
                let count = min(bytes.count, byteCount - offset)
                let part = count == bytes.count ? bytes : Array(bytes[..<count])
                try await file.write(part, at: UInt64(offset))
                offset += count
            }
        }
        writeAll("\(seconds)\n", to: 1)
        _ = try await file.close()
        await session.close()
    }

    /// Bytes that lie in the memory they leave from, as perftest's do, over those of a file that is
    /// there already: what is measured is the way between two memories.
    private func overwrite(_ name: String, byteCount: Int) async throws {
        let session = try await connect()
        let share = try await session.share(shareName)
        let file = try await share.open(RemotePath(parsing: name), for: .update)
        func put(_ count: Int) async throws {
            try await unsafe file.write(0..<UInt64(count)) { memory, offset in
                unsafe memory.storeBytes(of: offset, as: UInt64.self)
            }
        }
        try await put(byteCount / Self.warmUpShare)
        let seconds = try await timed { try await put(byteCount) }
        writeAll("\(seconds)\n", to: 1)
        _ = try await file.close()
        await session.close()
    }

    /// `depth` readers at once, each at places that a fixed seed gives.
    private func readAtRandom(_ name: String, count: Int, block: Int, depth: Int) async throws {
        let session = try await connect()
        let share = try await session.share(shareName)
        let file = try await share.open(RemotePath(parsing: name))
        let size = Int(try await share.stat(RemotePath(parsing: name)).byteCount)
        // On the thread of the connections: no other one is woken for an answer.
        let seconds = try await timed {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for reader in 0..<depth {
                    group.addTask(executorPreference: runtime.connectionExecutor) {
                        let memory = UnsafeMutableRawBufferPointer.allocate(
                            byteCount: block,
                            alignment: 64,
                        )
                        defer { unsafe memory.deallocate() }
                        var places = Places(seed: UInt64(reader + 1), count: size / block)
                        for _ in 0..<count / depth {
                            let start = UInt64(places.next() * block)
                            unsafe try await file.read(start..<start + UInt64(block), into: memory)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        writeAll("\(seconds)\n", to: 1)
        _ = try await file.close()
        await session.close()
    }

    /// One file after another, as a program that unpacks an archive does.
    private func makeFiles(in folder: String, count: Int) async throws {
        let session = try await connect()
        let share = try await session.share(shareName)
        let root = try RemotePath(parsing: folder)
        try await share.makeFolder(root)
        let names = try (0..<count).map { try root.appending("file-\($0)") }
        let create = try await timed {
            for name in names { _ = try await share.open(name, for: .create).close() }
        }
        let stat = try await timed {
            for name in names { _ = try await share.stat(name) }
        }
        let delete = try await timed {
            for name in names { try await share.remove(name, isFolder: false) }
        }
        try await share.remove(root, isFolder: true)
        let rates = [create, stat, delete].map { "\(Double(count) / $0)" }
        writeAll("\(create + stat + delete) \(rates.joined(separator: " "))\n", to: 1)
        await session.close()
    }

    /// Sessions that have the share, a few being made at a time.
    private func openSessions(count: Int) async throws -> [Session] {
        var sessions: [Session] = []
        while sessions.count < count {
            let batch = min(Self.idleConnectsAtOnce, count - sessions.count)
            sessions += try await withThrowingTaskGroup(of: Session.self) { group in
                for _ in 0..<batch {
                    group.addTask {
                        let session = try await connect()
                        _ = try await session.share(shareName)
                        return session
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        return sessions
    }

    /// Many sessions, each with a connection of its own, read a part of the bytes each.
    private func readByMany(_ name: String, byteCount: Int, connections: Int) async throws {
        let sessions = try await openSessions(count: connections)
        let part = UInt64(byteCount / connections)
        let nowhere = try LocalFile.openStream("/dev/null")
        var files: [RemoteFile] = []
        for session in sessions {
            let share = try await session.share(shareName)
            files.append(try await share.open(RemotePath(parsing: name)))
        }
        try await read(files, part / UInt64(Self.warmUpShare), of: part, nowhere)
        let seconds = try await timed { try await read(files, part, of: part, nowhere) }
        writeAll("\(seconds)\n", to: 1)
        _exit(0)
    }

    /// Reads the first bytes of every file's own part, of all at once.
    private func read(
        _ files: [RemoteFile],
        _ count: UInt64,
        of part: UInt64,
        _ nowhere: LocalFile
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, file) in files.enumerated() {
                let start = UInt64(number) * part
                group.addTask { try await file.read(start..<start + count, appendingTo: nowhere) }
            }
            try await group.waitForAll()
        }
    }

    /// Holds sessions, each with a connection of its own and a tree, until standard input ends.
    private func holdSessions(count: Int) async throws {
        let sessions = try await openSessions(count: count)
        writeAll("ready \(sessions.count)\n", to: 1)
        var byte: UInt8 = 0
        while unsafe Glibc.read(0, &byte, 1) > 0 {}
        _exit(0)
    }
}

/// Seconds that `body` takes.
private func timed(_ body: () async throws -> Void) async throws -> Double {
    let start = ContinuousClock.now
    try await body()
    let elapsed = (ContinuousClock.now - start).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
}

/// A sequence without an order, the same in every run.
private struct Places {
    private var state: UInt64
    private let count: Int

    init(seed: UInt64, count: Int) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        self.count = max(1, count)
    }

    mutating func next() -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(count))
    }
}

/// A small file's text.
private func readText(_ path: String) -> String {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { fail("cannot open \(path)") }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
    }
    return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
}
