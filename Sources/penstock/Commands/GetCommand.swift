import ArgumentParser
import Client

struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Copy a file or folder from a server.",
        discussion: """
            A folder is copied with everything in it. The target is a file, a folder, a device \
            such as /dev/null, or '-' for standard output; without one, the name stays and the \
            copy is made here.

            A file is written as .penstock-NAME.partial next to its target and renamed when it is \
            whole, so nothing half-done ever stands under the final name. Run the same command \
            again after an interruption: what was copied is used, provided the source still has \
            the same size and time. In folders, files of the same size and time are left alone. A \
            connection that is lost is made again, a few times. Times are kept; links on the \
            server are reported and not copied.

            \(ExitStatus.help)
            """
    )

    @Argument(help: "What to copy: smb://[user@]host[:port]/share/path")
    var source: String

    @Argument(help: "Where to; an existing folder, or a name that ends in '/', takes it inside.")
    var target: String = "."

    @Flag(name: [.short, .long], help: "Copy files again that look the same already.")
    var force = false

    @Flag(name: [.short, .long], help: "Show no progress, even on a terminal.")
    var quiet = false

    @OptionGroup(title: "Transfer")
    var transfer: TransferOptions

    @OptionGroup(title: "Connection")
    var options: ConnectionOptions

    func run() async throws {
        let location = try Location(parsing: source)
        let share = try Connecting.share(of: location)
        try await Connecting.run(location, options, transfer) { connection in
            let facts = try await connection.withShare(share) { share throws(ClientError) in
                try await share.stat(location.path)
            }
            if facts.isFolder {
                try await getFolder(location, share, connection)
            } else {
                try await getFile(location, share, facts, connection)
            }
        }
    }

    private func getFile(
        _ location: Location,
        _ share: String,
        _ facts: FileFacts,
        _ connection: ServerConnection
    ) async throws {
        guard !location.namesFolder else {
            throw CommandFailure(.notFound, "'\(location.path)' is a file, not a folder")
        }
        let reporter = ProgressReporter(
            label: facts.name,
            total: facts.byteCount,
            quiet: quiet || target == "-"
        )
        let download = Download(connection, share: share, progress: reporter.progress)
        reporter.start()
        do {
            if target == "-" {
                try await download.copy(location.path, toStream: try LocalFile.standardOutput())
            } else {
                let local = try LocalTarget.file(target, name: facts.name)
                try await download.copy(location.path, to: local)
            }
        } catch {
            reporter.finish(success: false)
            throw error
        }
        reporter.finish(success: true)
    }

    private func getFolder(
        _ location: Location,
        _ share: String,
        _ connection: ServerConnection
    ) async throws {
        guard target != "-" else {
            throw CommandFailure(.usage, "a folder cannot be copied to standard output")
        }
        let name = location.path.name ?? share
        let local = try LocalTarget.folder(target, name: name)
        let progress = TransferProgress()
        let tree = TreeDownload(
            Download(connection, share: share, progress: progress),
            jobs: transfer.jobs,
            replacesAll: force
        )
        let plan = try await tree.plan(location.path)
        let reporter = ProgressReporter(label: name, total: plan.byteCount, quiet: quiet)
        let failures = Failures(reporter)
        failures.add(plan.problems)
        let copy = TreeDownload(
            Download(connection, share: share, progress: reporter.progress),
            jobs: transfer.jobs,
            replacesAll: force
        )
        reporter.start()
        do {
            try await copy.run(plan, from: location.path, to: local) { failures.add($1) }
        } catch {
            reporter.finish(success: false)
            throw error
        }
        reporter.finish(success: true)
        try failures.check(fileCount: plan.files.count)
    }
}
