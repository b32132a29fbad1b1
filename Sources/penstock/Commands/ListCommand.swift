import ArgumentParser
import Client

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List a folder, or the shares of a server.",
        discussion: """
            A server alone (smb://host) lists its shares. A folder lists its entries, sorted by \
            name: folders end in '/', links in '@'. Links are shown and never followed.

            \(ExitStatus.help)
            """
    )

    @Argument(help: "What to list: smb://[user@]host[:port][/share[/path]]")
    var location: String

    @Flag(name: [.short, .long], help: "Show type, attributes, size and time as well.")
    var long = false

    @Flag(name: [.short, .long], help: "Show hidden entries and shares of the system too.")
    var all = false

    @Flag(help: ArgumentHelp(FactsText.jsonHelp))
    var json = false

    @OptionGroup(title: "Connection")
    var options: ConnectionOptions

    func run() async throws {
        let location = try Location(parsing: location)
        try await Connecting.run(location, options) { connection in
            guard let share = location.share else {
                return try await listShares(connection)
            }
            try await connection.withShare(share) { share throws(ClientError) in
                try await list(share, location)
            }
        }
    }

    private func listShares(_ connection: ServerConnection) async throws {
        let shares = try await connection.connected().listShares()
            .filter { all || !($0.isSpecial || $0.name.hasSuffix("$")) }
            .sorted { $0.name < $1.name }
        var output = Output()
        if json {
            output.line(JSONText.array(shares.map(Self.json)).text)
        } else {
            let width = shares.map(\.name.count).max() ?? 0
            for share in shares {
                let name = EntryName.shown(share.name)
                let padding = String(repeating: " ", count: max(0, width - name.count))
                let words = [share.kind.rawValue, EntryName.shown(share.comment)]
                    .filter { !$0.isEmpty }.joined(separator: "  ")
                output.line(long ? "\(name)\(padding)  \(words)" : name)
            }
        }
        output.flush()
    }

    private func list(_ share: Share, _ location: Location) async throws(ClientError) {
        var entries: [FileFacts]
        do throws(ClientError) {
            entries = try await share.entries(of: location.path)
        } catch {
            // A file is listed as itself, as ls does.
            let facts = try? await share.stat(location.path)
            guard let facts, !facts.isFolder, !location.namesFolder else { throw error }
            entries = [facts]
        }
        if !all { entries.removeAll { $0.isHidden || $0.name.hasPrefix(".") } }
        entries.sort { $0.name < $1.name }
        var output = Output()
        if json {
            output.line(JSONText.array(entries.map { FactsText.json($0) }).text)
        } else {
            for entry in entries {
                output.line(long ? FactsText.long(entry) : FactsText.shownName(entry))
            }
        }
        output.flush()
    }

    private static func json(_ share: ShareDescription) -> JSONText {
        .object([
            ("name", .string(share.name)),
            ("kind", .string(share.kind.rawValue)),
            ("comment", .string(share.comment)),
            ("special", .boolean(share.isSpecial)),
        ])
    }
}
