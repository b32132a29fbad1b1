import Foundation

/// Runs a program of the system that knows what we want to know.
enum Tool {
    private static let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]

    private static func path(_ name: String) -> String? {
        folders.map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What it prints, or nil where it is not installed or fails.
    static func output(_ name: String, _ arguments: [String] = []) -> String? {
        guard let path = path(name) else { return nil }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return nil }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
