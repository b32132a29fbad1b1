import ArgumentParser
import Client

struct RemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove files and folders on a server.",
        discussion: """
            A link is removed itself; what it leads to stays.

            \(ExitStatus.help)
            """
    )

    @Argument(help: "What to remove: smb://[user@]host[:port]/share/path ...")
    var locations: [String]

    @Flag(name: [.short, .long], help: "Remove a folder with everything in it.")
    var recursive = false

    @Flag(name: [.short, .long], help: "Say nothing when it is not there.")
    var force = false

    @OptionGroup(title: "Connection")
    var options: ConnectionOptions

    func run() async throws {
        // All of them are checked before the first is removed.
        for location in try locations.map({ try Location(parsing: $0) }) {
            _ = try Connecting.share(of: location)
            guard !location.path.isRoot else {
                throw CommandFailure(.usage, "a share itself cannot be removed; name what is in it")
            }
        }
        for location in try locations.map({ try Location(parsing: $0) }) {
            try await remove(location)
        }
    }

    private func remove(_ location: Location) async throws {
        let share = try Connecting.share(of: location)
        try await Connecting.run(location, options) { connection in
            try await connection.withShare(share) { share throws(ClientError) in
                do throws(ClientError) {
                    let facts = try await share.stat(location.path)
                    try await remove(location.path, facts, level: 0, on: share)
                } catch {
                    guard force, error.kind == .notFound else { throw error }
                }
            }
        }
    }

    private func remove(
        _ path: RemotePath,
        _ facts: FileFacts,
        level: Int,
        on share: Share
    ) async throws(ClientError) {
        // The directory attribute says how to open it, for links to folders too.
        let isFolder = facts.isFolder || facts.attributes & 0x10 != 0
        guard facts.isFolder, recursive, level < TransferPlan.depthMax else {
            return try await share.remove(path, isFolder: isFolder)
        }
        for entry in try await share.entries(of: path) {
            let place: RemotePath
            do throws(LocationError) {
                place = try path.appending(entry.name)
            } catch {
                throw ClientError(.other, action: "remove '\(path)'", reason: "\(error)")
            }
            try await remove(place, entry, level: level + 1, on: share)
        }
        try await share.remove(path, isFolder: true)
    }
}
