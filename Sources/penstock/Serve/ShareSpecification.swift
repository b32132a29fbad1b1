import ArgumentParser
import Descriptors
import Glibc

/// One folder to share, as the command line or the configuration file names it.
struct ShareSpecification: Hashable {
    /// Windows' limit for share names.
    static let nameCountMax = 80

    var name: String
    var path: String
    var isReadOnly = false
    var requiresEncryption = false
    var comment = ""

    init(name: String, path: String) throws {
        self.name = name
        self.path = path
        try check()
    }

    /// `NAME=PATH`, `NAME=PATH:ro` or `PATH`.
    init(argument: String) throws {
        var text = Substring(argument)
        if text.hasSuffix(":ro") {
            isReadOnly = true
            text = text.dropLast(3)
        }
        if let equals = text.firstIndex(of: "="), !text[..<equals].contains("/") {
            name = String(text[..<equals])
            path = String(text[text.index(after: equals)...])
        } else {
            path = String(text)
            guard let real = Self.resolve(path) else {
                throw CommandFailure(.usage, "'\(path)': \(Errno.current).")
            }
            name = real.split(separator: "/").last.map(String.init) ?? "root"
        }
        try check()
    }

    private func check() throws {
        let forbidden = "\\/[]:|<>+=;,*?\""
        guard !name.isEmpty, name.utf16.count <= Self.nameCountMax,
            !name.contains(where: { forbidden.contains($0) || $0 < " " })
        else {
            throw CommandFailure(
                .usage,
                "'\(name)' cannot name a share: 1 to \(Self.nameCountMax) characters, none of "
                    + forbidden
            )
        }
        guard name.uppercased() != "IPC$" else {
            throw CommandFailure(.usage, "IPC$ is the server's own share.")
        }
        guard !path.isEmpty else {
            throw CommandFailure(.usage, "The share '\(name)' lacks a path.")
        }
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
