import ArgumentParser

/// How to reach a server and who to be there; every client command takes these.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read user name, password and domain from a file.",
            discussion: """
                The file has the format of mount.cifs(8): lines username=..., password=... and \
                domain=.... It must not be readable by other users.
                """,
            valueName: "file"
        )
    )
    var credentials: String?

    @Flag(help: "Connect without a user name, to servers that allow it.")
    var anonymous = false

    @Flag(help: "Encrypt everything, even if neither server nor share demands it.")
    var encrypt = false

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Sign every message, so that nobody on the way can change it.",
            discussion: """
                Without signing, data still passes unchanged on a network that you trust; a \
                server that demands signatures gets them all the same.
                """
        )
    )
    var sign = true

    @Option(
        help: ArgumentHelp("Give up when the server is silent for this long.", valueName: "seconds")
    )
    var timeout = 30

    @Option(
        help: ArgumentHelp(
            "Offer no dialect above this one: 2.1, 3.0, 3.0.2 or 3.1.1.",
            valueName: "dialect",
            visibility: .hidden
        )
    )
    var dialect = "3.1.1"

    mutating func validate() throws {
        guard (1...86_400).contains(timeout) else {
            throw ValidationError("--timeout takes 1 to 86400 seconds.")
        }
        guard ["2.1", "3.0", "3.0.2", "3.1.1"].contains(dialect) else {
            throw ValidationError("--dialect takes 2.1, 3.0, 3.0.2 or 3.1.1.")
        }
        if anonymous, credentials != nil {
            throw ValidationError("--anonymous and --credentials exclude each other.")
        }
        if anonymous, encrypt {
            throw ValidationError("an anonymous session has no key to encrypt with.")
        }
    }
}
