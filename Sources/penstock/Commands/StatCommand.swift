import ArgumentParser
import Client

struct StatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stat",
        abstract: "Show what a server tells of a file, folder or share.",
        discussion: """
            A share without a path shows the space on its volume as well. Links are described \
            themselves, not what they lead to.

            \(ExitStatus.help)
            """
    )

    @Argument(help: "What to look at: smb://[user@]host[:port]/share[/path]")
    var location: String

    @Flag(help: ArgumentHelp(FactsText.jsonHelp))
    var json = false

    @OptionGroup(title: "Connection")
    var options: ConnectionOptions

    func run() async throws {
        let location = try Location(parsing: location)
        let share = try Connecting.share(of: location)
        try await Connecting.run(location, options) { connection in
            try await connection.withShare(share) { share throws(ClientError) in
                let facts = try await share.stat(location.path)
                let space = location.path.isRoot ? try await share.space() : nil
                var target: String?
                if case .link = facts.kind {
                    // Some servers show links and do not tell where they lead.
                    target = try? await share.linkTarget(location.path)
                }
                let channels = await share.session.activeChannels
                show(facts, target, space, share, location, channels)
            }
        }
    }

    private func show(
        _ facts: FileFacts,
        _ target: String?,
        _ space: (total: UInt64, available: UInt64)?,
        _ share: Share,
        _ location: Location,
        _ channels: [ChannelDescription]
    ) {
        var output = Output()
        if json {
            var members = members(facts, space, location)
            if let target { members.append(("target", .string(target))) }
            members.append(("channels", .array(channels.map { ChannelText.json($0) })))
            output.line(JSONText.object(members).text)
        } else {
            var lines = lines(facts, space, share, location)
            if let target { lines.insert(("target", EntryName.shown(target)), at: 2) }
            lines += channels.map { ("connection", ChannelText.short($0)) }
            for (name, value) in lines {
                output.line(name + String(repeating: " ", count: 12 - name.count) + value)
            }
        }
        output.flush()
    }

    private func lines(
        _ facts: FileFacts,
        _ space: (total: UInt64, available: UInt64)?,
        _ share: Share,
        _ location: Location
    ) -> [(String, String)] {
        let summary = share.session.summary
        var flags: [String] = []
        if facts.isReadOnly { flags.append("read-only") }
        if facts.isHidden { flags.append("hidden") }
        if share.isReadOnly { flags.append("on a read-only share") }
        var lines = [
            ("location", EntryName.shown("\(location)")),
            ("type", FactsText.kind(facts)),
            ("size", "\(facts.byteCount) bytes"),
            ("on disk", "\(facts.allocatedByteCount) bytes"),
            ("modified", TimeText.rfc3339(facts.modified) ?? "-"),
            ("created", TimeText.rfc3339(facts.created) ?? "-"),
            ("accessed", TimeText.rfc3339(facts.accessed) ?? "-"),
            ("changed", TimeText.rfc3339(facts.changed) ?? "-"),
            ("flags", flags.isEmpty ? "-" : flags.joined(separator: ", ")),
            ("file id", "\(facts.fileID)"),
            ("dialect", "SMB \(summary.dialect)"),
            ("signed", summary.signing ?? "no"),
            ("encrypted", summary.encryption ?? "no"),
        ]
        if let space {
            let total = ByteSize.ByteText.short(space.total)
            lines.append(("space", "\(ByteSize.ByteText.short(space.available)) of \(total) free"))
        }
        return lines
    }

    private func members(
        _ facts: FileFacts,
        _ space: (total: UInt64, available: UInt64)?,
        _ location: Location
    ) -> [(String, JSONText)] {
        guard case .object(var members) = FactsText.json(facts, path: "\(location.path)") else {
            return []
        }
        members += [
            ("allocated", .number(facts.allocatedByteCount)),
            ("accessed", TimeText.rfc3339(facts.accessed).map { .string($0) } ?? .null),
            ("changed", TimeText.rfc3339(facts.changed).map { .string($0) } ?? .null),
            ("attributes", .number(UInt64(facts.attributes))),
            ("fileID", .number(facts.fileID)),
        ]
        if let space {
            members.append(("volumeSize", .number(space.total)))
            members.append(("volumeAvailable", .number(space.available)))
        }
        return members
    }
}
