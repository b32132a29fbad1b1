import ArgumentParser
import Client

struct MakeFolderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mkdir",
        abstract: "Make a folder on a server.",
        discussion: ExitStatus.help
    )

    @Argument(help: "The new folder: smb://[user@]host[:port]/share/path")
    var location: String

    @Flag(name: [.short, .long], help: "Make the folders above it too; one that is there is fine.")
    var parents = false

    @OptionGroup(title: "Connection")
    var options: ConnectionOptions

    func run() async throws {
        let location = try Location(parsing: location)
        let share = try Connecting.share(of: location)
        guard !location.path.isRoot else {
            throw CommandFailure(.usage, "a share cannot be made; name a folder in it")
        }
        try await Connecting.run(location, options) { connection in
            try await connection.withShare(share) { share throws(ClientError) in
                guard parents else { return try await share.makeFolder(location.path) }
                try await makeAll(location.path, on: share)
            }
        }
    }

    private func makeAll(_ path: RemotePath, on share: Share) async throws(ClientError) {
        do throws(ClientError) {
            try await share.makeFolder(path)
        } catch {
            switch error.kind {
            case .notFound where !path.parent.isRoot:
                try await makeAll(path.parent, on: share)
                try await share.makeFolder(path)
            case .exists:
                guard try await share.stat(path).isFolder else { throw error }
            default:
                throw error
            }
        }
    }
}
