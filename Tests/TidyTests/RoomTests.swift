import Testing

/// Which rooms may know of which: arrows point down only, and C comes in through one door each.
@Suite struct RoomTests {
    /// Everything that each room may import. A room that is missing here has no place yet.
    static let allowed: [String: Set<String>] = [
        "Seeds": [],
        "Wire": [],
        "SMBMessages": ["Wire"],
        "SMBDirect": ["Wire"],
        "SMBState": ["SMBMessages", "Synchronization", "Wire"],
        "SMBSecurity": ["CCrypto", "Wire"],
        "Descriptors": ["CSystem", "Glibc"],
        "Reactor": ["CSystem", "Descriptors", "Glibc", "Synchronization"],
        "Verbs": ["CVerbs", "Descriptors", "Glibc", "Synchronization"],
        "Transport": [
            "CSystem", "Descriptors", "Glibc", "Reactor", "SMBDirect", "Synchronization", "Verbs",
            "Wire",
        ],
        "FileStore": [
            "CFileSystem", "CSystem", "Descriptors", "Glibc", "SMBMessages", "Synchronization",
            "Wire",
        ],
        "Server": [
            "CSystem", "Descriptors", "FileStore", "Glibc", "Logging", "Reactor", "SMBDirect",
            "SMBMessages", "SMBSecurity", "SMBState", "Synchronization", "Transport", "Wire",
        ],
        "Client": [
            "CSystem", "Descriptors", "Glibc", "Reactor", "SMBDirect", "SMBMessages",
            "SMBSecurity", "SMBState", "Synchronization", "Transport", "Wire",
        ],
        "Networking": ["Client", "Reactor", "Transport"],
        "Mount": ["CFUSE", "Client", "Glibc", "Synchronization"],
        "Simulation": [
            "Client", "Descriptors", "FileStore", "Glibc", "Logging", "Reactor", "SMBDirect",
            "SMBMessages", "SMBSecurity", "SMBState", "Seeds", "Server", "Synchronization",
            "Transport", "Wire",
        ],
        "Simulate": ["Glibc", "Simulation"],
        "FuzzTargets": [
            "Client", "Descriptors", "FileStore", "Glibc", "Logging", "Reactor", "SMBMessages",
            "SMBDirect", "SMBSecurity", "SMBState", "Server", "Synchronization", "Transport",
            "Wire",
        ],
        "Fuzz": ["FuzzTargets", "Glibc"],
        "Bench": [
            "ArgumentParser", "Client", "Descriptors", "Glibc", "Networking", "Reactor",
            "SMBDirect", "SMBMessages", "Synchronization", "Transport", "Wire",
        ],
        "penstock": [
            "ArgumentParser", "CSystem", "Client", "Descriptors", "Dispatch", "FileStore",
            "Foundation", "Glibc", "Logging", "Mount", "Networking", "Reactor", "SMBMessages",
            "SMBSecurity", "Server", "Synchronization", "TOMLKit", "Transport", "Verbs", "Wire",
        ],
    ]

    @Test func roomsImportWhatTheyMay() throws {
        for file in try SourceTree.swiftFiles(in: "Sources") {
            guard let allowed = Self.allowed[file.room] else {
                Issue.record("\(file): say in RoomTests what \(file.room) may import")
                continue
            }
            for module in file.lines.compactMap(Self.importedModule) {
                #expect(allowed.contains(module), "\(file) imports \(module)")
            }
        }
    }

    /// The module that a line imports, or nil.
    static func importedModule(_ line: String) -> String? {
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index < words.count - 1,
            words[..<index].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains(String($0)) })
        else { return nil }
        let kinds: Set<Substring> = ["struct", "enum", "class", "protocol", "func", "var", "let"]
        let name = kinds.contains(words[index + 1]) ? words.last : words[index + 1]
        return name?.split(separator: ".").first.map(String.init)
    }

    private static let accessLevels: Set<String> = ["public", "internal", "package", "private"]

    /// The test of the test: it sees the imports that it is there to see.
    @Test(arguments: [
        ("import Foundation", "Foundation"), ("public import Wire", "Wire"),
        ("@testable import Server", "Server"), ("import struct Glibc.stat", "Glibc"),
        ("// import Foundation", nil), ("let important = 1", nil),
    ])
    func seesImports(line: String, module: String?) {
        #expect(Self.importedModule(line) == module)
    }
}
