import Foundation

/// The checkout, as the tests of style read it.
enum SourceTree {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File: CustomStringConvertible, Sendable {
        /// From the root of the checkout.
        var path: String
        var lines: [String]

        var description: String { path }

        /// The folder beneath `Sources` or `Tests`.
        var room: String { String(path.split(separator: "/")[1]) }
    }

    /// What builds and caches leave in the checkout.
    static func isGenerated(_ name: String) -> Bool {
        name.hasPrefix(".build") || name == ".git" || name == "__pycache__"
    }

    /// The folders of the checkout. What lies beside them, a log perhaps, is not ours to judge.
    static let folders = [".ci", "Fixtures", "Sources", "Spec", "Tests"]

    /// Every regular file of those folders, but for what builds leave, by its path from the root.
    static func paths() -> [String] { folders.flatMap(paths(beneath:)).sorted() }

    private static func paths(beneath folder: String) -> [String] {
        let found = FileManager.default.enumerator(
            at: root.appending(path: folder),
            includingPropertiesForKeys: [.isRegularFileKey]
        )
        var paths: [String] = []
        while let file = found?.nextObject() as? URL {
            if isGenerated(file.lastPathComponent) {
                found?.skipDescendants()
                continue
            }
            let values = try? file.resourceValues(forKeys: [.isRegularFileKey])
            guard values?.isRegularFile == true else { continue }
            paths.append(String(file.path.dropFirst(root.path.count).drop { $0 == "/" }))
        }
        return paths
    }

    /// The Swift files beneath a folder of the root.
    static func swiftFiles(in folder: String) throws -> [File] {
        try paths().filter { $0.hasPrefix(folder + "/") && $0.hasSuffix(".swift") }.map { path in
            let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            if lines.last == "" { lines.removeLast() }
            return File(path: path, lines: lines.map(String.init))
        }
    }
}
