import Client
import Glibc

/// The process that stays behind for a mount is this program, started anew: what the user was
/// asked for goes to it by a pipe, and what becomes of it comes back by another one.
enum MountHandover {
    /// A name, a domain and a password are shorter.
    private static let byteCountMax = 4096
    /// POSIX_SPAWN_SETSID, which Swift's C library does not show.
    private static let sessionFlag: Int16 = 0x80

    /// Starts the process, waits until the directory can be used, and ends with its status.
    static func run(_ credentials: Credentials) throws -> Never {
        let (input, output) = (try makePipe(), try makePipe())
        let child = try spawn(input: input[0], output: output[1])
        close(input[0])
        close(output[1])
        let lines = [credentials.user, credentials.domain, credentials.password]
        writeAll(lines.joined(separator: "\n"), to: input[1])
        close(input[1])
        let text = readAll(from: output[0])
        if text.hasPrefix("ready ") { Glibc.exit(ExitStatus.success.rawValue) }
        var status: Int32 = 0
        unsafe waitpid(child, &status, 0)
        let isExit = status & 0x7f == 0
        Glibc.exit(isExit ? (status >> 8) & 0xff : ExitStatus.failure.rawValue)
    }

    private static func makePipe() throws(CommandFailure) -> [Int32] {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else {
            throw CommandFailure(.failure, "no pipe can be made")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return ends
    }

    private static func spawn(input: Int32, output: Int32) throws(CommandFailure) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // A session of its own: the terminal's signals are not for it.
        unsafe posix_spawnattr_setflags(&attributes, sessionFlag)
        let words = ["penstock"] + MountHelper.arguments + ["--foreground", "--handover"]
        var pointers = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe pointers.forEach { unsafe free($0) } }
        var child: pid_t = 0
        let result = unsafe posix_spawn(
            &child,
            "/proc/self/exe",
            &actions,
            &attributes,
            &pointers,
            environ
        )
        guard result == 0 else {
            throw CommandFailure(.failure, "no process can be started: error \(result)")
        }
        return child
    }

    /// What `run` sends.
    static func receive() throws(CommandFailure) -> Credentials {
        let lines = readAll(from: 0).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        guard lines.count == 3 else {
            throw CommandFailure(.usage, "--handover is for this program alone")
        }
        guard !lines[0].isEmpty else { return .anonymous }
        return Credentials(domain: lines[1], user: lines[0], password: lines[2])
    }

    /// Tells who waits, and leaves them: a process that stays behind has no terminal.
    static func tell(_ text: String, endsOutput: Bool) {
        writeAll(text + "\n", to: 1)
        guard endsOutput else { return }
        let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        guard null >= 0 else { return }
        for descriptor: Int32 in 0...2 { dup2(null, descriptor) }
        close(null)
        _ = unsafe chdir("/")
    }

    private static func writeAll(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    private static func readAll(from descriptor: Int32) -> String {
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: byteCountMax)
        while text.count < byteCountMax {
            let count = unsafe part.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { break }
            text += part[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
