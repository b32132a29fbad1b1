import ArgumentParser
import Client

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
            "Demand signatures, or make none.",
            discussion: """
                Without either, every message is signed and no answer is believed without a \
                signature, but data that RDMA places beside its message is not covered. With \
                --sign that is signed as well, or sent in the message to servers that cannot. \
                With --no-sign nothing is, except for servers that demand it.
                """
        )
    )
    var sign: Bool?

    @Option(
        help: ArgumentHelp(
            "Use auto, rdma or tcp.",
            discussion: """
                auto connects by TCP, asks the server for its RDMA interfaces, moves data by \
                RDMA where both ends can, and by TCP where not or when RDMA fails; rdma uses \
                nothing else; tcp uses one TCP connection.
                """,
            valueName: "transport"
        ),
        transform: Self.transport
    )
    var transport = TransportChoice.auto

    @Option(
        help: ArgumentHelp(
            "Look for an iWARP server on this port.",
            valueName: "port",
            visibility: .hidden
        )
    )
    var iwarpPort = Endpoint.defaultIWARPPort

    @Option(
        help: ArgumentHelp(
            "When every connection is lost, look for another one for this long.",
            valueName: "seconds"
        )
    )
    var deadline = 30

    @Flag(name: .shortAndLong, help: "Say on standard error which connections are used.")
    var verbose = false

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
        guard (0...86_400).contains(deadline) else {
            throw ValidationError("--deadline takes 0 to 86400 seconds.")
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

    private static func transport(_ text: String) throws -> TransportChoice {
        // Whoever names both leaves the choice to us.
        if Set(text.split(separator: ",")) == ["tcp", "rdma"] { return .auto }
        guard let choice = TransportChoice(rawValue: text) else {
            throw ValidationError("--transport takes auto, rdma or tcp.")
        }
        return choice
    }
}
