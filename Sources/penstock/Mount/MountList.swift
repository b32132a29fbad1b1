import Glibc

/// What this program has mounted on this machine.
enum MountList {
    struct Entry: Equatable {
        var source: String
        var directory: String
    }

    private static let type = "fuse.penstock"

    static func print() {
        for entry in entries() { Swift.print("\(entry.source) on \(entry.directory)") }
    }

    static func entries() -> [Entry] {
        guard let file = unsafe fopen("/proc/self/mounts", "re") else { return [] }
        defer { unsafe fclose(file) }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = unsafe fread(&part, 1, part.count, file)
            guard count > 0 else { break }
            text += part[..<count]
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { entry($0) }
    }

    /// One line of /proc/mounts, if it is one of ours.
    static func entry(_ line: Substring) -> Entry? {
        let fields = line.split(separator: " ")
        guard fields.count >= 3, fields[2] == type else { return nil }
        return Entry(source: plain(fields[0]), directory: plain(fields[1]))
    }

    /// proc_pid_mountinfo(5): spaces, tabs, newlines and backslashes are written as octal numbers.
    private static func plain(_ field: Substring) -> String {
        var text: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            let isEscape =
                byte == UInt8(ascii: "\\") && digits.count == 3
                && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
            guard isEscape else {
                text.append(byte)
                continue
            }
            let value = digits.reduce(0) { $0 << 3 | Int($1 - UInt8(ascii: "0")) }
            text.append(UInt8(truncatingIfNeeded: value))
            rest = rest.dropFirst(3)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
