import ArgumentParser
import Client

struct TreeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree",
        abstract: "Show a folder with everything in it.",
        discussion: """
            Folders end in '/', links in '@'; links are shown and never followed.

            \(ExitStatus.help)
            """
    )

    @Argument(help: "The folder to show: smb://[user@]host[:port]/share[/path]")
    var location: String

    @Option(
        name: [.customShort("L"), .long],
        help: ArgumentHelp("Go no more than this many folders deep.", valueName: "count")
    )
    var levels = TransferPlan.depthMax

    @Flag(name: [.short, .long], help: "Show hidden entries too.")
    var all = false

    @Flag(help: "Print one JSON object per line, with the path of each entry.")
    var json = false

    @OptionGroup(title: "Connection")
    var options: ConnectionOptions

    mutating func validate() throws {
        guard (1...TransferPlan.depthMax).contains(levels) else {
            throw ValidationError("--levels takes 1 to \(TransferPlan.depthMax).")
        }
    }

    func run() async throws {
        let location = try Location(parsing: location)
        let share = try Connecting.share(of: location)
        try await Connecting.run(location, options) { connection in
            let share = try await connection.connected().share(share)
            var walk = TreeWalk(share: share, levels: levels, showsAll: all, isJSON: json)
            if !json { walk.output.line(EntryName.shown("\(location)")) }
            try await walk.show(location.path)
            if !json { walk.output.line(walk.summary) }
            walk.output.flush()
            if let problem = walk.problem { throw problem }
        }
    }
}

/// Goes through a tree in order, printing as it goes.
private struct TreeWalk: ~Copyable {
    let share: Share
    let levels: Int
    let showsAll: Bool
    let isJSON: Bool
    var output = Output()
    private var folderCount = 0
    private var fileCount = 0
    private var byteCount: UInt64 = 0
    /// A folder below the first that could not be listed.
    private(set) var problem: CommandFailure?

    init(share: Share, levels: Int, showsAll: Bool, isJSON: Bool) {
        self.share = share
        self.levels = levels
        self.showsAll = showsAll
        self.isJSON = isJSON
    }

    var summary: String {
        "\(folderCount) folders, \(fileCount) files, \(ByteSize.ByteText.short(byteCount))"
    }

    mutating func show(
        _ path: RemotePath,
        prefix: String = "",
        level: Int = 1
    ) async throws(ClientError) {
        var entries = try await share.entries(of: path)
        if !showsAll { entries.removeAll { $0.isHidden || $0.name.hasPrefix(".") } }
        entries.sort { $0.name < $1.name }
        for (index, entry) in entries.enumerated() {
            let isLast = index == entries.count - 1
            // A name that is more than one name comes from a hostile server.
            let place = try? path.appending(entry.name)
            if isJSON {
                let text = place?.description ?? entry.name
                output.line(FactsText.json(entry, path: text).text)
            } else {
                output.line(prefix + (isLast ? "└── " : "├── ") + FactsText.shownName(entry))
            }
            count(entry)
            guard entry.isFolder, level < levels, let place else { continue }
            do throws(ClientError) {
                let indent = prefix + (isLast ? "    " : "│   ")
                try await show(place, prefix: indent, level: level + 1)
            } catch {
                guard error.kind != .network else { throw error }
                StandardError.report("\(error)")
                problem = CommandFailure(.partial, "some folders could not be listed")
            }
        }
    }

    private mutating func count(_ entry: FileFacts) {
        if entry.isFolder {
            folderCount += 1
        } else {
            fileCount += 1
            byteCount &+= entry.byteCount
        }
    }
}
