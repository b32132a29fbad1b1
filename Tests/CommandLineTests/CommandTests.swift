import Foundation
import Testing

/// The program as a script sees it: exit statuses and what goes where.
@Suite struct CommandTests {
    private struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    private func run(
        _ arguments: [String],
        environment: [String: String] = ["PENSTOCK_PASSWORD": "x"]
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let outputData = output.fileHandleForReading.readDataToEndOfFile()
        let errorData = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: outputData, as: UTF8.self),
            errors: String(decoding: errorData, as: UTF8.self)
        )
    }

    private final class Anchor {}

    /// The program that was built with these tests.
    private static let program: URL = {
        let bundle = Bundle(for: Anchor.self).bundleURL
        return [bundle, bundle.deletingLastPathComponent()]
            .map { $0.appending(path: "penstock") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? bundle
    }()

    @Test(arguments: [
        [], ["--help"], ["ls", "--help"], ["tree", "--help"], ["stat", "--help"],
        ["cat", "--help"], ["get", "--help"], ["put", "--help"], ["cp", "--help"],
        ["mv", "--help"], ["rm", "--help"], ["mkdir", "--help"], ["doctor", "--help"],
    ])
    func helpListsTheExitStatuses(arguments: [String]) throws {
        let outcome = try run(arguments)
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        for line in ["EXIT STATUS", "  3  the server refused", "  7  some of several"] {
            #expect(outcome.output.contains(line))
        }
    }

    @Test(arguments: [
        ["nonsense"], ["ls"], ["ls", "nas/share"], ["ls", "smb://ada:secret@nas/share"],
        ["get", "smb://nas"], ["get", "--block", "1", "smb://nas/s/x"],
        ["get", "--depth", "0", "smb://nas/s/x"], ["ls", "--timeout", "0", "smb://nas/s"],
        ["ls", "--anonymous", "--encrypt", "smb://nas/s"],
        ["ls", "--password", "x", "smb://nas/s"],
        ["mv", "smb://nas/a/x", "smb://nas/b/x"], ["cp", "smb://nas/a/x", "smb://other/a/y"],
        ["rm", "smb://nas/share"], ["mkdir", "smb://nas/share"], ["put", "/etc/passwd", "nowhere"],
        ["ls", "--credentials", "/nonexistent", "smb://nas/s"],
    ])
    func wrongCommandLinesExitWithOne(arguments: [String]) throws {
        let outcome = try run(arguments)
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(!outcome.errors.isEmpty)
        #expect(!outcome.errors.contains("secret"))
    }

    @Test func aServerThatIsNotThereIsANetworkFailure() throws {
        let outcome = try run(["ls", "smb://ada@127.0.0.1:1/share"])
        #expect(outcome.status == 5)
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(outcome.errors.hasPrefix("penstock: cannot connect to 127.0.0.1:1"))
    }

    @Test func aMissingLocalFileIsNotFound() throws {
        let outcome = try run(["put", "/nonexistent/file", "smb://ada@127.0.0.1:1/share/x"])
        #expect(outcome.status == 4)
        #expect(outcome.errors == "penstock: there is no '/nonexistent/file' here\n")
    }

    @Test func aCredentialsFileThatOthersCanReadIsRefused() throws {
        let path = NSTemporaryDirectory() + "credentials-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "username=ada\npassword=secret\n".write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let arguments = ["ls", "--credentials", path, "smb://127.0.0.1:1/share"]
        let refused = try run(arguments)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("chmod 600"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try run(arguments).status == 5)
    }
}
