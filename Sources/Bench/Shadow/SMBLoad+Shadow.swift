internal import Client

extension SMBLoad {
    private static let byteCountMax = 6 << 20
    /// Where there are many, so that all of them fit into memory.
    private static let byteCountMaxOfMany = 1 << 20
    private static let runtimesMax = 8

    /// One file, and two clients that use it.
    func shadow(_ name: String, operations: Int, seed: Int) async throws {
        let sessions = [try await connect(), try await connect(on: Self.newRuntime())]
        let interruptionCount = try await shadow(
            sessions[0],
            sessions[1],
            path: RemotePath(parsing: name),
            operations: operations,
            seed: seed,
            byteCountMax: Self.byteCountMax,
        )
        await report(sessions, operations, interruptionCount)
        for session in sessions { await session.close() }
    }

    /// A file for each of many sessions, all at once.
    func shadows(
        _ name: String,
        operations: Int,
        seed: Int,
        sessionCount: Int
    ) async throws {
        guard sessionCount > 0 else { fail(Self.usage) }
        var runtimes = [runtime]
        while runtimes.count < min(sessionCount, Self.runtimesMax) {
            runtimes.append(try Self.newRuntime())
        }
        var sessions: [Session] = []
        for number in 0..<sessionCount {
            sessions.append(try await connect(on: runtimes[number % runtimes.count]))
        }
        let interruptionCount = try await withThrowingTaskGroup(of: Int.self) { group in
            for (number, session) in sessions.enumerated() {
                let path = try RemotePath(parsing: "\(name)-\(number)")
                group.addTask {
                    try await shadow(
                        session,
                        nil,
                        path: path,
                        operations: operations / sessionCount,
                        seed: seed + number,
                        byteCountMax: Self.byteCountMaxOfMany,
                    )
                }
            }
            return try await group.reduce(0, +)
        }
        await report(sessions, operations, interruptionCount)
        for session in sessions { await session.close() }
    }

    private func shadow(
        _ own: Session,
        _ strange: Session?,
        path: RemotePath,
        operations: Int,
        seed: Int,
        byteCountMax: Int
    ) async throws -> Int {
        var shadow = SMBShadow(
            own: try await own.share(shareName),
            strange: try await strange?.share(shareName),
            path: path,
            seed: UInt64(truncatingIfNeeded: seed),
            byteCountMax: byteCountMax,
        )
        try await shadow.run(operations: operations)
        return shadow.interruptionCount
    }

    /// One line that tells what the data went by.
    private func report(
        _ sessions: [Session],
        _ operations: Int,
        _ interruptionCount: Int
    ) async {
        var ways: Set<String> = []
        for session in sessions {
            for channel in await session.activeChannels {
                ways.insert("\(channel.transport.rawValue) \(channel.data.rawValue)")
            }
        }
        let list = ways.sorted().joined(separator: "; ")
        let text = "equal after \(operations) operations by \(list)"
        writeAll("\(text), interrupted \(interruptionCount) times\n", to: 1)
    }
}
