import ArgumentParser
import Foundation
import Testing

@testable import penstock

@Suite struct ServeSettingsTests {
    private func settings(_ arguments: [String]) throws -> ServeSettings {
        let command = try ServeCommand.parse(["share=/tmp"] + arguments)
        var settings = ServeSettings()
        try settings.apply(command)
        return settings
    }

    private func settings(file text: String, _ arguments: [String] = []) throws -> ServeSettings {
        let path = NSTemporaryDirectory() + "penstock-\(UUID().uuidString).toml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var settings = ServeSettings()
        try settings.read(configurationFile: path)
        try settings.apply(try ServeCommand.parse(arguments))
        return settings
    }

    @Test(arguments: [
        ([], RDMAChoice.auto), (["--rdma", "off"], .off), (["--rdma", "require"], .require),
    ])
    func rdmaIsUsedWhereThereIsAny(arguments: [String], choice: RDMAChoice) throws {
        #expect(try settings(arguments).rdma == choice)
    }

    @Test func otherWordsAreRefused() {
        #expect(throws: CommandFailure.self) { try settings(["--rdma", "yes"]) }
        #expect(throws: CommandFailure.self) { try settings(file: "rdma = \"yes\"") }
        #expect(throws: CommandFailure.self) { try settings(file: "iwarp-port = 70000") }
        #expect(throws: (any Error).self) { try ServeCommand.parse(["--iwarp-port", "70000"]) }
    }

    @Test func thePortOfIWARPIsTheStandardsUnlessSaidOtherwise() throws {
        #expect(try settings([]).iwarpPort == 5445)
        #expect(try settings(["--iwarp-port", "6000"]).iwarpPort == 6000)
    }

    @Test func theCommandLineGoesBeforeTheFile() throws {
        let file = "rdma = \"require\"\niwarp-port = 6001\n"
        #expect(try settings(file: file).rdma == .require)
        #expect(try settings(file: file).iwarpPort == 6001)
        let both = try settings(file: file, ["--rdma", "off", "--iwarp-port", "6002"])
        #expect(both.rdma == .off)
        #expect(both.iwarpPort == 6002)
    }

    // MARK: Pinned files

    private static let share = """
        [[share]]
        name = "share"
        path = "/tmp"

        """

    @Test func pinnedFilesAreNamedInTheFile() throws {
        let file = "pin-memory = [\"share/a/b\", \"share\"]\npin-memory-max = \"3G\"\n" + Self.share
        let settings = try settings(file: file)
        #expect(settings.pinned == ["share/a/b", "share"])
        #expect(settings.pinnedByteCountMax == 3 << 30)
        let both = try self.settings(
            file: file,
            ["--pin-memory", "share/c", "--pin-memory-max", "5M"]
        )
        #expect(both.pinned == ["share/c"])
        #expect(both.pinnedByteCountMax == 5 << 20)
    }

    @Test(arguments: [
        "pin-memory = \"share\"", "pin-memory = [\"else/a\"]", "pin-memory = [\"share/../a\"]",
        "pin-memory-max = \"much\"", "pin-memory-max = 3", "pin-memory-max = \"0\"",
        "rdma = \"off\"\npin-memory = [\"share\"]",
    ])
    func otherPinnedFilesAreRefused(line: String) {
        #expect(throws: CommandFailure.self) {
            var settings = try settings(file: "\(line)\n" + Self.share)
            try settings.complete()
        }
    }

    @Test func halfOfTheMachinesMemoryMayBePinned() throws {
        let half = Int(ProcessInfo.processInfo.physicalMemory / 2)
        let settings = try settings(["--pin-memory", "share"])
        #expect(settings.pinnedByteCountMax == nil)
        // Memory may be added to a virtual machine meanwhile, or taken from it.
        #expect(abs(settings.pinnedByteCountLimit - half) < half / 10)
        let less = try self.settings(["--pin-memory", "share", "--pin-memory-max", "7M"])
        #expect(less.pinnedByteCountLimit == 7 << 20)
    }
}
