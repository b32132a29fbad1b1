import Testing
import Wire

@testable import SMBMessages

@Suite struct DirectoryEntryTests {
    static let classes: [(FileInformationClass, Int)] = [
        (.directory, 64), (.fullDirectory, 68), (.bothDirectory, 94), (.names, 12),
        (.idBothDirectory, 104), (.idFullDirectory, 80), (.idExtendedDirectory, 88),
        (.id64ExtendedDirectory, 80), (.id64ExtendedBothDirectory, 106),
        (.idAllExtendedDirectory, 96), (.idAllExtendedBothDirectory, 122), (.posix, 76),
    ]

    private func sample(_ name: String) -> DirectoryEntry {
        var entry = DirectoryEntry(name: name)
        entry.creationTime = FileTime(rawValue: 1)
        entry.lastAccessTime = FileTime(rawValue: 2)
        entry.lastWriteTime = FileTime(rawValue: 3)
        entry.changeTime = FileTime(rawValue: 4)
        entry.endOfFile = 5
        entry.allocationSize = 4096
        entry.attributes = .archive
        entry.extendedAttributeSize = 6
        entry.fileID = 7
        entry.fileID128 = 7
        entry.shortName = "SAMPLE~1.TXT"
        return entry
    }

    @Test(arguments: classes)
    func everyClassHasItsSizeAndSurvivesTheRoundTrip(
        informationClass: FileInformationClass,
        size: Int
    ) throws {
        #expect(DirectoryListWriter.fixedSize(of: informationClass) == size)
        let names = [".", "..", "a name.txt", "\u{1F40B}"]
        let bytes = try list(names, informationClass, limit: 4096).bytes
        let entries = try withReader(over: bytes) { reader throws(WireError) in
            try DirectoryEntry.decodeList(informationClass, from: &reader)
        }
        #expect(entries.map(\.name) == names)
        if informationClass != .names {
            #expect(entries.allSatisfy { $0.endOfFile == 5 && $0.changeTime.rawValue == 4 })
        }
        for count in 1..<bytes.count {
            #expect(throws: WireError.self, "\(count)") {
                try withReader(over: Array(bytes[..<count])) { reader throws(WireError) in
                    _ = try DirectoryEntry.decodeList(informationClass, from: &reader)
                }
            }
        }
    }

    private func list(
        _ names: [String],
        _ informationClass: FileInformationClass,
        limit: Int
    ) throws -> (bytes: [UInt8], written: Int) {
        var writer = WireWriter()
        let made = DirectoryListWriter(informationClass, limit: limit, at: writer)
        var list = try #require(made)
        for name in names where !list.append(sample(name), to: &writer) { break }
        return (writer.finish(), list.entryCount)
    }

    @Test func anEntryThatDoesNotFitLeavesNoTrace() throws {
        let all = try list(["one", "two"], .directory, limit: 4096)
        #expect(all.bytes.count == 72 + 70)
        let exact = try list(["one", "two"], .directory, limit: 142)
        #expect(exact.written == 2)
        let short = try list(["one", "two"], .directory, limit: 141)
        #expect(short.written == 1)
        #expect(short.bytes.count == 70)
        let none = try list(["one"], .directory, limit: 69)
        #expect(none.written == 0)
        #expect(none.bytes.isEmpty)
    }

    @Test func otherClassesAreNotOfDirectories() {
        let writer = WireWriter()
        let made = DirectoryListWriter(.basic, limit: 4096, at: writer)
        #expect(made == nil)
    }

    @Test func readsSambasEntries() throws {
        let vector = try GoldenVector("QueryDirectory/response-id-both")
        let response = try GoldenVector.read(vector.bytes) { reader throws(WireError) in
            try QueryDirectoryResponse(from: &reader)
        }
        let entries = try withReader(over: response.output) { reader throws(WireError) in
            try DirectoryEntry.decodeList(.idBothDirectory, from: &reader)
        }
        #expect(entries.map(\.name) == ["b.bin"])
        #expect(entries[0].endOfFile == 300_000)
        var writer = WireWriter()
        let made = DirectoryListWriter(.idBothDirectory, limit: 999, at: writer)
        var list = try #require(made)
        for entry in entries {
            let fits = list.append(entry, to: &writer)
            #expect(fits)
        }
        #expect(writer.finish() == response.output)
    }

    @Test(arguments: [
        ("QueryDirectory/response-names", FileInformationClass.names, [".", "..", "a.bin"]),
        ("QueryDirectory/response-id-full", .idFullDirectory, [".", "..", "f"]),
    ])
    func readsSambasLists(
        name: String,
        informationClass: FileInformationClass,
        expected: [String]
    ) throws {
        let vector = try GoldenVector(name)
        let response = try GoldenVector.read(vector.bytes) { reader throws(WireError) in
            try QueryDirectoryResponse(from: &reader)
        }
        let entries = try withReader(over: response.output) { reader throws(WireError) in
            try DirectoryEntry.decodeList(informationClass, from: &reader)
        }
        #expect(entries.map(\.name) == expected)
    }

    @Test func readsTheRequestOfSmbclient() throws {
        let vector = try GoldenVector("QueryDirectory/request-id-both")
        let request = try GoldenVector.read(vector.bytes) { reader throws(WireError) in
            try QueryDirectoryRequest(from: &reader)
        }
        #expect(request.informationClass == .idBothDirectory)
        #expect(request.pattern == "*")
        #expect(encodedBody { request.encode(to: &$0) } == vector.body)
    }
}
