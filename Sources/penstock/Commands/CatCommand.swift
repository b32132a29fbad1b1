import ArgumentParser
import Client

struct CatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "Write files of a server to standard output.",
        discussion: ExitStatus.help
    )

    @Argument(help: "What to write: smb://[user@]host[:port]/share/path ...")
    var locations: [String]

    @OptionGroup(title: "Transfer")
    var transfer: TransferOptions

    @OptionGroup(title: "Connection")
    var options: ConnectionOptions

    func run() async throws {
        let output = try LocalFile.standardOutput()
        for text in locations {
            let location = try Location(parsing: text)
            let share = try Connecting.share(of: location)
            try await Connecting.run(location, options, transfer) { connection in
                let download = Download(
                    connection,
                    share: share,
                    progress: TransferProgress()
                )
                try await download.copy(location.path, toStream: output)
            }
        }
    }
}
