import Client
import Glibc

/// Measures each transport in turn, round by round, so that what else the machine does hits all
/// of them alike.
struct BenchRun: Sendable {
    let settings: BenchSettings
    let share: String
    let folder: RemotePath
    /// Told of each pass before it begins.
    let progress: @Sendable (String) -> Void

    /// The name of the file of each job; nobody else has it.
    private func path(of job: Int, _ name: UInt32) throws -> RemotePath {
        try folder.appending("penstock-bench-\(String(name, radix: 16))-\(job).tmp")
    }

    /// Refuses when the volume has not the room.
    func checkRoom(_ connection: ServerConnection) async throws {
        let wanted = UInt64(settings.passByteCount)
        let space = try await connection.withShare(share) { share throws(ClientError) in
            guard !share.isReadOnly else {
                throw ClientError(
                    .refused,
                    action: "measure '\(share.name)'",
                    reason: "the share is read-only; measuring writes a file"
                )
            }
            return try await share.space()
        }
        guard space.available > wanted else {
            throw CommandFailure(
                .diskFull,
                "the share has \(ByteSize.ByteText.short(space.available)) free, the measurement "
                    + "needs \(ByteSize.ByteText.short(wanted)); choose a smaller --size"
            )
        }
    }

    /// All rounds over all transports; `lanes` has a connection for each job of each transport.
    func measure(_ lanes: [BenchTransport: [ServerConnection]]) async throws -> [BenchSeries] {
        let name = UInt32.random(in: .min ... .max)
        let paths = try (0..<settings.jobs).map { try path(of: $0, name) }
        do {
            let series = try await measureAll(lanes, paths)
            await remove(paths, lanes)
            return series
        } catch {
            await remove(paths, lanes)
            throw error
        }
    }

    private func measureAll(
        _ lanes: [BenchTransport: [ServerConnection]],
        _ paths: [RemotePath]
    ) async throws -> [BenchSeries] {
        let transports = BenchTransport.allCases.filter { lanes[$0] != nil }
        var series = transports.flatMap { transport in
            BenchDirection.allCases.map { BenchSeries(transport: transport, direction: $0) }
        }
        var turn: UInt64 = 0
        for round in 1...settings.rounds {
            for transport in transports {
                turn += 1
                for direction in BenchDirection.allCases {
                    progress(
                        "round \(round) of \(settings.rounds): \(transport.rawValue) "
                            + direction.rawValue
                    )
                    guard let connections = lanes[transport],
                        let index = series.firstIndex(where: {
                            $0.transport == transport && $0.direction == direction
                        })
                    else { continue }
                    let pass = BenchPassRun(
                        settings: settings,
                        share: share,
                        direction: direction,
                        turn: turn
                    )
                    let outcome = try await pass.run(connections, paths)
                    series[index].passes.append(outcome.pass)
                    series[index].latency.merge(outcome.latency)
                }
            }
        }
        return series
    }

    /// Nothing of the measurement stays on the share.
    private func remove(
        _ paths: [RemotePath],
        _ lanes: [BenchTransport: [ServerConnection]]
    ) async {
        guard let connection = lanes.values.first?.first else { return }
        for path in paths {
            try? await connection.withShare(share) { share throws(ClientError) in
                try await share.remove(path, isFolder: false)
            }
        }
    }
}
