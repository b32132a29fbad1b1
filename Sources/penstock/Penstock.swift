import ArgumentParser

/// The command line: one file per verb in `Commands`, and `Serve` for the server.
@main
struct Penstock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "penstock",
        abstract: "Share folders, and use shared folders, over SMB 3.1.1.",
        discussion: """
            Any SMB server can be named as smb://[user@]host[:port]/share/path. Passwords come \
            from a prompt, from the environment variable PENSTOCK_PASSWORD, or from \
            --credentials FILE; never from the command line.

            \(ExitStatus.help)
            """,
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, ListCommand.self, TreeCommand.self, StatCommand.self,
            CatCommand.self, GetCommand.self, PutCommand.self, CopyCommand.self, MoveCommand.self,
            RemoveCommand.self, MakeFolderCommand.self, MountCommand.self, UnmountCommand.self,
            BenchCommand.self,
            DoctorCommand.self,
        ]
    )

    static func main() async {
        do {
            var command = try parseAsRoot(MountHelper.arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            ExitStatus.exit(reporting: error, from: self)
        }
    }
}
