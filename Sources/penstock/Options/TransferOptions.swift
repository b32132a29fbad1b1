import ArgumentParser

/// How bulk data is moved; `get`, `put` and `cat` take these.
struct TransferOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Bytes that one request asks for; never more than the server allows.",
            valueName: "size"
        )
    )
    var block = ByteSize(bytes: 1 << 20)

    @Option(help: ArgumentHelp("Requests in flight for one file.", valueName: "count"))
    var depth = 8

    @Option(help: ArgumentHelp("Files copied at the same time.", valueName: "count"))
    var jobs = 4

    mutating func validate() throws {
        guard (4096...(8 << 20)).contains(block.bytes) else {
            throw ValidationError("--block takes 4K to 8M.")
        }
        guard (1...64).contains(depth) else { throw ValidationError("--depth takes 1 to 64.") }
        guard (1...32).contains(jobs) else { throw ValidationError("--jobs takes 1 to 32.") }
    }
}
