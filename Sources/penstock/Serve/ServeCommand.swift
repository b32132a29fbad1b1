import ArgumentParser
import Logging

/// `penstock serve`: exports folders until it is told to stop.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Share folders over SMB.",
        discussion: """
            Each share is NAME=PATH, or NAME=PATH:ro for a share that clients can only read. A \
            PATH alone is shared under the folder's name. Without --users and without --guest a \
            one-time password is made, and the commands that use it are printed.

            When the server listens, one line "ready ADDR:PORT" for each address goes to standard \
            output, and "ready rdma DEVICE ADDR:PORT" for each address of an RDMA device; logs go \
            to standard error. SIGTERM or SIGINT finishes the requests in flight \
            and ends with status 0.

            The users file holds one user a line, "name:password" or "name:$nt$HASH" with the NT \
            hash in 32 hexadecimal digits; lines that begin with # are comments. Nobody but its \
            owner may be able to read it.

            The configuration file is TOML, with the same names as the options; what the command \
            line says goes before it:

              listen = ["0.0.0.0:445"]
              rdma = "auto"
              iwarp-port = 5445
              pin-memory = ["models/ORG/NAME"]
              pin-memory-max = "64G"
              users = "/etc/penstock/users"
              require-signing = false
              [[share]]
              name = "models"
              path = "/srv/models"
              read-only = true
              encrypt = false

            Started as root, the server keeps only the rights to reach the shared files \
            (capabilities CHOWN, DAC_OVERRIDE, FOWNER, FSETID) and, with RDMA, to lock memory and \
            to bind its port on devices that come later (IPC_LOCK, NET_BIND_SERVICE).

            RDMA devices are listened on at the port of the first address, those of iWARP at \
            --iwarp-port. Clients on them read and write without the server's processor copying \
            to a socket; TCP serves everybody else.

            What --pin-memory names is read again when it changes. The memory is locked \
            (ulimit -l, LimitMEMLOCK=), on top of what the page cache holds of the files.

            Signing is offered and not required, because clients switch RDMA placement off where \
            it is; --require-signing and --require-encryption change that for every session.

            \(ExitStatus.help)
            """
    )

    @Argument(help: ArgumentHelp("Folders to share.", valueName: "NAME=PATH[:ro]"))
    var shares: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            Where to listen; may be given several times. An address without a port gets port 445. \
            Default: 0.0.0.0:445 where that is permitted, else 0.0.0.0:4450.
            """,
            valueName: "ADDR:PORT"
        )
    )
    var listen: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Listen on RDMA devices: auto where there are any, off, or require one.",
            valueName: "auto|off|require"
        )
    )
    var rdma: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where to listen on iWARP devices, which share TCP's ports. Default: 5445.",
            valueName: "PORT"
        )
    )
    var iwarpPort: UInt16?

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            Keep a file, or all files of a folder, in memory that RDMA devices know, so that \
            clients get them without a copy; may be given several times.
            """,
            valueName: "SHARE/PATH"
        )
    )
    var pinMemory: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What --pin-memory may take in all. Default: half of the machine's memory.",
            valueName: "SIZE"
        )
    )
    var pinMemoryMax: ByteSize?

    @Option(name: .long, help: ArgumentHelp("Who may come in.", valueName: "FILE"))
    var users: String?

    @Flag(name: .long, help: "Let everybody in: unknown users become the guest.")
    var guest = false

    @Option(name: .long, help: ArgumentHelp("A TOML file with these options.", valueName: "FILE"))
    var config: String?

    @Flag(name: .long, help: "Refuse sessions that cannot encrypt, and encrypt all others.")
    var requireEncryption = false

    @Flag(name: .long, help: "Refuse requests that are not signed.")
    var requireSigning = false

    @Option(name: .long, help: ArgumentHelp("Threads that serve; one a core.", valueName: "N"))
    var threads: Int?

    @Option(name: .long, help: ArgumentHelp("Connections at once at most.", valueName: "N"))
    var maxConnections: Int?

    @Option(
        name: .long,
        help: ArgumentHelp("trace, debug, info, notice, warning, error.", valueName: "LEVEL")
    )
    var logLevel: String?

    func run() throws {
        var settings = ServeSettings()
        if let config { try settings.read(configurationFile: config) }
        try settings.apply(self)
        try settings.complete()
        try ServeRun(settings).run()
    }
}
