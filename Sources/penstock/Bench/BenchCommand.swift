import ArgumentParser
import Client

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast a share is, over TCP and over RDMA.",
        discussion: """
            Writes a file on the share, reads it back, and removes it. TCP and RDMA take turns, \
            round by round, on the same data; --transport tcp or --transport rdma measures one of \
            them alone. Throughput is the median of the rounds; latency is \
            the time of one block with the given number of requests in flight.

            What is written is not flushed to the server's disk, and what is read was just \
            written: the network and the two programs are measured, not the disk.

            \(ExitStatus.help)
            """
    )

    @Argument(help: "A folder to write in: smb://[user@]host[:port]/share[/path]")
    var location: String

    @Option(help: ArgumentHelp("Bytes written and read in one pass.", valueName: "size"))
    var size = ByteSize(bytes: 1 << 30)

    @Option(help: ArgumentHelp("Bytes of one request.", valueName: "size"))
    var block = ByteSize(bytes: 1 << 20)

    @Option(help: ArgumentHelp("Requests in flight for one file.", valueName: "count"))
    var depth = 8

    @Option(
        help: ArgumentHelp("Files at the same time, each in a session.", valueName: "count")
    )
    var jobs = 1

    @Option(help: ArgumentHelp("Passes of each transport.", valueName: "count"))
    var rounds = 3

    @Flag(help: "Compare every byte that is read; this costs time of its own.")
    var verify = false

    @Option(help: ArgumentHelp("Write the result as JSON.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Write the result as a page for a browser.", valueName: "file"))
    var report: String?

    @OptionGroup(title: "Connection")
    var options: ConnectionOptions

    var settings: BenchSettings {
        BenchSettings(
            byteCount: size.bytes,
            block: block.bytes,
            depth: depth,
            jobs: jobs,
            rounds: rounds,
            verifies: verify
        )
    }

    mutating func validate() throws {
        guard (4096...BenchSettings.blockByteCountMax).contains(block.bytes) else {
            throw ValidationError("--block takes 4K to 8M.")
        }
        guard (1...256).contains(depth) else { throw ValidationError("--depth takes 1 to 256.") }
        guard (1...32).contains(jobs) else { throw ValidationError("--jobs takes 1 to 32.") }
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds takes 1 to 100.") }
        guard settings.blocksPerJob >= 1 else {
            throw ValidationError("--size must be at least --jobs times --block.")
        }
    }

    func run() async throws {
        let location = try Location(parsing: location)
        let share = try Connecting.share(of: location)
        let run = BenchRun(settings: settings, share: share, folder: location.path) {
            guard Terminal.errorIsTerminal else { return }
            StandardError.write("\r\u{1b}[K\($0)")
        }
        let lanes = try await BenchLanes.open(
            BenchTransport.list(options.transport),
            to: location,
            options,
            settings
        )
        var result = BenchResult(
            location: EntryName.shown("\(location)"),
            settings: settings,
            series: [],
            missing: lanes.missing,
            protection: lanes.protection,
            serverIsHere: LocalMachine.isHere(location.address.host)
        )
        do {
            if let first = lanes.connections.values.first?.first {
                try await run.checkRoom(first)
                result.series = try await run.measure(lanes.connections)
            }
        } catch {
            await lanes.close()
            throw error
        }
        await lanes.close()
        if Terminal.errorIsTerminal { StandardError.write("\r\u{1b}[K") }
        if !result.serverIsHere { result.forgetMachine() }
        try show(result)
    }

    private func show(_ result: BenchResult) throws {
        var output = Output()
        for line in BenchTable.lines(result) { output.line(line) }
        output.flush()
        if let json { try NewFile.write(BenchJSON.text(result) + "\n", to: json) }
        if let report { try NewFile.write(BenchReport.page(result), to: report) }
    }
}

extension BenchResult {
    /// What this machine does says nothing about a server elsewhere.
    mutating func forgetMachine() {
        for index in series.indices {
            for pass in series[index].passes.indices {
                series[index].passes[pass].machineSeconds = nil
            }
        }
    }
}
