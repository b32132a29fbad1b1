import ArgumentParser
import Glibc

/// `penstock umount`: takes a mounted share away.
struct UnmountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "umount",
        abstract: "Take a mounted share away.",
        discussion: ExitStatus.help
    )

    @Argument(help: "The directory that 'penstock mount' was given.")
    var directory: String

    @Flag(
        name: .shortAndLong,
        help: "Take it out of sight now, and away when no program uses it any more."
    )
    var lazy = false

    func run() throws {
        // A directory whose server does not answer cannot be asked for its full name.
        let entries = MountList.entries()
        let wanted =
            directory.count > 1 && directory.hasSuffix("/")
            ? String(directory.dropLast()) : directory
        let full = wanted.hasPrefix("/") ? wanted : Self.workingDirectory() + "/" + wanted
        let path = entries.contains { $0.directory == full } ? full : Self.resolved(full)
        guard entries.contains(where: { $0.directory == path }) else {
            throw CommandFailure(.notFound, "penstock has nothing mounted at '\(directory)'")
        }
        if getuid() == 0 {
            guard unsafe umount2(path, lazy ? Int32(MNT_DETACH) : 0) != 0 else { return }
            let reason = unsafe String(cString: strerror(errno))
            throw CommandFailure(.failure, "cannot unmount '\(path)': \(reason)")
        }
        let words = ["fusermount3", "-u"] + (lazy ? ["-z"] : []) + ["--", path]
        var pointers = unsafe words.map { unsafe strdup($0) } + [nil]
        unsafe execvp(words[0], &pointers)
        throw CommandFailure(.failure, "users other than root need the program fusermount3")
    }

    private static func workingDirectory() -> String {
        guard let path = unsafe getcwd(nil, 0) else { return "" }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    private static func resolved(_ path: String) -> String {
        guard let full = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(full) }
        return unsafe String(cString: full)
    }
}
