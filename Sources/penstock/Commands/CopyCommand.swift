import ArgumentParser
import Client

struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cp",
        abstract: "Copy a file or folder within a share.",
        discussion: """
            The server copies, so no data moves over the network. To or from this machine, or \
            between shares, use 'penstock get' and 'penstock put'. A copy gets its name when it is \
            whole.

            \(ExitStatus.help)
            """
    )

    @Argument(help: "What to copy: smb://[user@]host[:port]/share/path")
    var source: String

    @Argument(help: "Where to, on the same share; an existing folder takes it inside.")
    var target: String

    @Flag(name: [.short, .long], help: "Copy a folder with everything in it.")
    var recursive = false

    @Flag(name: [.short, .long], help: "Show no progress, even on a terminal.")
    var quiet = false

    @OptionGroup(title: "Connection")
    var options: ConnectionOptions

    func run() async throws {
        let source = try Location(parsing: source)
        let target = try Location(parsing: target)
        let shareName = try SameShare.name(source, target)
        try await Connecting.run(source, options) { connection in
            let name = source.path.name ?? shareName
            let place = try await RemoteTarget.place(target, shareName, connection, name: name)
            guard place != source.path else {
                throw CommandFailure(.usage, "source and target are the same")
            }
            let facts = try await connection.withShare(shareName) { share throws(ClientError) in
                try await share.stat(source.path)
            }
            if facts.isFolder {
                try await copyFolder(source.path, to: place, shareName, connection)
            } else {
                try await copyFile(source.path, facts, to: place, shareName, connection)
            }
        }
    }

    private func copyFile(
        _ path: RemotePath,
        _ facts: FileFacts,
        to place: RemotePath,
        _ share: String,
        _ connection: ServerConnection
    ) async throws {
        let reporter = ProgressReporter(label: facts.name, total: facts.byteCount, quiet: quiet)
        reporter.start()
        do {
            try await connection.withShare(share) { share throws(ClientError) in
                try await share.copyOnServer(path, to: place, progress: reporter.progress)
            }
        } catch {
            reporter.finish(success: false)
            throw error
        }
        reporter.finish(success: true)
    }

    private func copyFolder(
        _ path: RemotePath,
        to place: RemotePath,
        _ share: String,
        _ connection: ServerConnection
    ) async throws {
        guard recursive else {
            throw CommandFailure(.usage, "'\(path)' is a folder; use -r to copy it")
        }
        guard !path.contains(place) else {
            throw CommandFailure(.usage, "a folder cannot be copied into itself")
        }
        let tree = ServerCopy(connection, share: share)
        let plan = try await tree.plan(path)
        let label = path.name ?? share
        let reporter = ProgressReporter(label: label, total: plan.byteCount, quiet: quiet)
        let failures = Failures(reporter)
        failures.add(plan.problems)
        reporter.start()
        do {
            try await tree.run(plan, from: path, to: place, progress: reporter.progress) {
                failures.add($0)
            }
        } catch {
            reporter.finish(success: false)
            throw error
        }
        reporter.finish(success: true)
        try failures.check(fileCount: plan.files.count)
    }
}

/// Two locations that the server can work on by itself.
enum SameShare {
    static func name(_ source: Location, _ target: Location) throws -> String {
        let share = try Connecting.share(of: source)
        let other = try Connecting.share(of: target)
        guard source.address == target.address, share.lowercased() == other.lowercased() else {
            throw CommandFailure(
                .usage,
                "source and target must be on the same share; use 'penstock get' and "
                    + "'penstock put' for the rest"
            )
        }
        return share
    }
}
