import ArgumentParser
import Client

struct MoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mv",
        abstract: "Rename or move a file or folder within a share.",
        discussion: """
            The server renames, so no data moves. Between shares, use 'penstock get' and \
            'penstock put'.

            \(ExitStatus.help)
            """
    )

    @Argument(help: "What to move: smb://[user@]host[:port]/share/path")
    var source: String

    @Argument(help: "Where to, on the same share; an existing folder takes it inside.")
    var target: String

    @Flag(name: [.short, .long], help: "Replace a file that has the new name.")
    var force = false

    @OptionGroup(title: "Connection")
    var options: ConnectionOptions

    func run() async throws {
        let source = try Location(parsing: source)
        let target = try Location(parsing: target)
        let share = try SameShare.name(source, target)
        guard let name = source.path.name else {
            throw CommandFailure(.usage, "a share itself cannot be moved")
        }
        try await Connecting.run(source, options) { connection in
            let place = try await RemoteTarget.place(target, share, connection, name: name)
            try await connection.withShare(share) { share throws(ClientError) in
                try await share.rename(source.path, to: place, replacing: force)
            }
        }
    }
}
