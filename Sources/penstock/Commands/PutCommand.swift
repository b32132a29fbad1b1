import ArgumentParser
import Client

struct PutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Copy a file or folder to a server.",
        discussion: """
            A folder is copied with everything in it; symbolic links are followed. The folder \
            that takes the copy must exist.

            A file is written as .penstock-NAME.partial next to its target and renamed when the \
            server has all of it, so nothing half-done ever stands under the final name. Run the \
            same command again after an interruption: what was copied is used, provided the local \
            file still has the same size and time. In folders, files of the same size and time \
            are left alone. A connection that is lost is made again, a few times. Times are kept.

            \(ExitStatus.help)
            """
    )

    @Argument(help: "The local file or folder to copy.")
    var source: String

    @Argument(
        help: """
            Where to: smb://[user@]host[:port]/share/path; an existing folder, or a path that \
            ends in '/', takes it inside.
            """
    )
    var target: String

    @Flag(name: [.short, .long], help: "Copy files again that look the same already.")
    var force = false

    @Flag(name: [.short, .long], help: "Show no progress, even on a terminal.")
    var quiet = false

    @OptionGroup(title: "Transfer")
    var transfer: TransferOptions

    @OptionGroup(title: "Connection")
    var options: ConnectionOptions

    func run() async throws {
        let location = try Location(parsing: target)
        let share = try Connecting.share(of: location)
        guard let facts = LocalFolder.facts(source) else {
            throw CommandFailure(.notFound, "there is no '\(EntryName.shown(source))' here")
        }
        guard facts.kind == .file || facts.kind == .folder else {
            throw CommandFailure(.usage, "'\(EntryName.shown(source))' is no file and no folder")
        }
        try await Connecting.run(location, options, transfer) { connection in
            let place = try await RemoteTarget.place(location, share, connection, name: name)
            if facts.kind == .folder {
                try await putFolder(to: place, share, connection)
            } else {
                try await putFile(facts, to: place, share, connection)
            }
        }
    }

    /// The last name of the local path.
    private var name: String {
        source.split(separator: "/").last { $0 != "." }.map(String.init) ?? "."
    }

    private func putFile(
        _ facts: LocalFile.Facts,
        to place: RemotePath,
        _ share: String,
        _ connection: ServerConnection
    ) async throws {
        let reporter = ProgressReporter(label: name, total: facts.byteCount, quiet: quiet)
        let upload = Upload(connection, share: share, progress: reporter.progress)
        reporter.start()
        do {
            try await upload.copy(source, to: place)
        } catch {
            reporter.finish(success: false)
            throw error
        }
        reporter.finish(success: true)
    }

    private func putFolder(
        to place: RemotePath,
        _ share: String,
        _ connection: ServerConnection
    ) async throws {
        let scout = TreeUpload(
            Upload(connection, share: share, progress: TransferProgress()),
            jobs: transfer.jobs,
            replacesAll: force
        )
        let plan = try scout.plan(source)
        let reporter = ProgressReporter(label: name, total: plan.byteCount, quiet: quiet)
        let failures = Failures(reporter)
        failures.add(plan.problems)
        let tree = TreeUpload(
            Upload(connection, share: share, progress: reporter.progress),
            jobs: transfer.jobs,
            replacesAll: force
        )
        reporter.start()
        do {
            try await tree.run(plan, from: source, to: place) { failures.add($1) }
        } catch {
            reporter.finish(success: false)
            throw error
        }
        reporter.finish(success: true)
        try failures.check(fileCount: plan.files.count)
    }
}
