/// What mount(8) says to `mount.penstock`, a second name of this program, for `penstock mount`:
/// `mount.penstock SOURCE DIR [-sfnv] [-o OPTIONS]`.
enum MountHelper {
    static let name = "mount.penstock"

    /// Options that are for mount(8), systemd or the kernel.
    private static let ignored: Set<String> = [
        "rw", "defaults", "auto", "noauto", "user", "users", "nouser", "nofail", "_netdev", "dev",
        "nodev", "suid", "nosuid", "exec", "noexec", "atime", "noatime", "relatime", "hard",
    ]

    /// Those that have another name here, or that take no value.
    private static let flags: [String: String] = [
        "ro": "--read-only", "allow_other": "--allow-other", "soft": "--soft",
        "guest": "--anonymous", "seal": "--encrypt", "sign": "--sign",
    ]

    /// The arguments of this process, without its name.
    static var arguments: [String] { arguments(of: CommandLine.arguments) }

    static func arguments(of words: [String]) -> [String] {
        let program = words.first?.split(separator: "/").last.map(String.init)
        guard program == name else { return Array(words.dropFirst()) }
        var (places, options): ([String], [String]) = ([], [])
        var rest = words.dropFirst()
        while let word = rest.popFirst() {
            switch word {
            case "-o": options += (rest.popFirst() ?? "").split(separator: ",").map(String.init)
            case "-s", "-f", "-n", "-v": continue
            default: places.append(word)
            }
        }
        return ["mount"] + options.flatMap { option($0) } + places
    }

    /// What is not known here goes on as it is: the command's parser says what is wrong with it.
    private static func option(_ text: String) -> [String] {
        if ignored.contains(text) || text.hasPrefix("x-") || text.hasPrefix("comment=") {
            return []
        }
        if let flag = flags[text] { return [flag] }
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return ["--" + text] }
        // nfs(5): in tenths of a second.
        if parts[0] == "timeo", let tenths = Int(parts[1]) {
            return ["--deadline", "\(max(1, tenths / 10))"]
        }
        return ["--" + parts[0].replacing("_", with: "-"), parts[1]]
    }
}
