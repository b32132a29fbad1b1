import ArgumentParser

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List a folder, or the shares of a server."
    )

    @Argument(help: "smb://[user@]host[:port][/share[/path]]")
    var location: String

    func run() async throws {
        throw ValidationError("\(location) cannot be listed yet.")
    }
}
