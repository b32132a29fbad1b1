import ArgumentParser
import Client
import Glibc

/// `penstock mount`: a share as a directory, until it is unmounted.
struct MountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mount",
        abstract: "Use a share as a directory.",
        discussion: """
            The command returns when the directory can be used; a process stays behind for it, and \
            with --foreground the command itself stays. The directory is unmounted by 'penstock \
            umount DIR', or by SIGTERM or SIGINT to that process.

            With a server that has the SMB 3.1.1 POSIX extensions, such as penstock serve, modes, \
            owners, links and names are those of the server's files. With others everything \
            belongs to who mounts it.

            While no connection to the server can be had, programs wait; a signal ends their \
            waiting. With --soft a request without an answer for --deadline seconds is an error.

            \(ExitStatus.help)
            """
    )

    @Argument(help: "The share: smb://[user@]host[:port]/share")
    var location: String?

    @Argument(help: "An empty directory.")
    var directory: String?

    @Flag(help: "List what is mounted.")
    var list = false

    @Flag(name: .shortAndLong, help: "Stay, and say when the directory can be used.")
    var foreground = false

    @Flag(help: "Let nobody change anything.")
    var readOnly = false

    @Flag(help: "Let other users use it, as far as modes and owners permit.")
    var allowOther = false

    @Flag(help: "Give programs an error after --deadline seconds without an answer.")
    var soft = false

    @Option(help: ArgumentHelp("What the kernel reads ahead of a program.", valueName: "size"))
    var readAhead = ByteSize(bytes: 16 << 20)

    @Flag(help: .hidden)
    var handover = false

    @OptionGroup(title: "Connection")
    var options: ConnectionOptions

    mutating func validate() throws {
        guard !list else { return }
        guard location != nil, directory != nil else {
            throw ValidationError("mount takes a location and a directory.")
        }
        guard (4096...(1 << 30)).contains(readAhead.bytes) else {
            throw ValidationError("--read-ahead takes 4K to 1G.")
        }
    }

    func run() throws {
        if list { return MountList.print() }
        guard let location, let directory else { return }
        let place = try Location(parsing: location)
        let share = try Connecting.share(of: place)
        guard place.path.isRoot else {
            throw CommandFailure(
                .usage,
                "a share is mounted whole: smb://\(place.address)/\(share)"
            )
        }
        let full = try Self.checked(directory)
        let credentials =
            handover
            ? try MountHandover.receive()
            : try Login(location: place, options: options).credentials()
        if !foreground { try MountHandover.run(credentials) }
        try MountRun(self, place, share, at: full, credentials).run()
    }

    /// The directory by its full name.
    private static func checked(_ directory: String) throws(CommandFailure) -> String {
        var status = stat()
        guard unsafe stat(directory, &status) == 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw CommandFailure(.notFound, "cannot mount at '\(directory)': \(reason)")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw CommandFailure(.usage, "cannot mount at '\(directory)': it is no directory")
        }
        guard let full = unsafe realpath(directory, nil) else {
            throw CommandFailure(.notFound, "cannot mount at '\(directory)'")
        }
        defer { unsafe free(full) }
        return unsafe String(cString: full)
    }
}
