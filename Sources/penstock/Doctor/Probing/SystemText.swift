import Foundation

/// Small files of the system, such as those of /sys.
enum SystemText {
    /// Without the line's end; nil where it cannot be read.
    static func line(_ path: String) -> String? {
        file(path).map { String($0.prefix { $0 != "\n" }) }
    }

    static func file(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// Names in a folder, sorted.
    static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }
}
