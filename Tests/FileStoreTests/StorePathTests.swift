import SMBMessages
import Testing

@testable import FileStore

@Suite struct StorePathTests {
    @Test func splitsNames() throws {
        let path = try StorePath("a\\b c\\d.txt")
        #expect(path.components == ["a", "b c", "d.txt"])
        #expect(path.name == "d.txt")
        #expect(path.parent.components == ["a", "b c"])
        #expect(path.description == "a\\b c\\d.txt")
        #expect(try StorePath("").isRoot)
        #expect(try StorePath("a/b\\c").components == ["a", "b", "c"])
    }

    @Test(arguments: [
        ("..", NTStatus.objectNameInvalid),
        ("a\\..\\b", .objectNameInvalid),
        (".", .objectNameInvalid),
        ("\\a", .invalidParameter),
        ("a\0b", .objectNameInvalid),
        ("a\u{1}", .objectNameInvalid),
        ("a*", .objectNameInvalid),
        ("a?", .objectNameInvalid),
        ("a|b", .objectNameInvalid),
        ("a<b", .objectNameInvalid),
        ("a:", .objectNameInvalid),
        ("a:b:c", .objectNameInvalid),
        ("a:b:$DATA:x", .objectNameInvalid),
        ("a:b\\c", .objectNameInvalid),
        ("a:b/c", .objectNameInvalid),
        ("a/../b", .objectNameInvalid),
        ("a\\:b", .objectNameInvalid),
        ("a:b:$INDEX_ALLOCATION", .invalidParameter),
    ])
    func refuses(text: String, status: NTStatus) {
        #expect(throws: status) { try StorePath(text) }
    }

    @Test func refusesLongNames() {
        let name = String(repeating: "n", count: 256)
        #expect(throws: NTStatus.objectNameInvalid) { try StorePath(name) }
        #expect(throws: NTStatus.nameTooLong) { try StorePath(name, rules: .posix) }
        let deep = Array(repeating: "d", count: 2049).joined(separator: "\\")
        #expect(throws: NTStatus.nameTooLong) { try StorePath(deep) }
    }

    @Test func readsStreams() throws {
        let stream = try StorePath("a\\b:stream")
        #expect(stream.stream == "stream")
        #expect(stream.description == "a\\b:stream")
        #expect(stream.file.components == ["a", "b"])
        #expect(try StorePath("b:stream:$data").stream == "stream")
        #expect(try StorePath("b::$DATA").stream == nil)
        #expect(try StorePath("b::$DATA").demand == .data)
        #expect(try StorePath("b::$INDEX_ALLOCATION").demand == .directory)
        #expect(try StorePath("b:$I30:$INDEX_ALLOCATION").demand == .directory)
        #expect(try StorePath("b\\").demand == .directory)
        #expect(try StorePath(":root").stream == "root")
        #expect(try StorePath("b:?\u{5}*").stream == "?\u{5}*")
    }

    @Test func takesPOSIXNamesAsTheyAre() throws {
        let path = try StorePath("a:b\\c?*|.", rules: .posix)
        #expect(path.components == ["a:b", "c?*|."])
        #expect(path.stream == nil)
        #expect(throws: NTStatus.objectNameInvalid) { try StorePath("..", rules: .posix) }
        #expect(try StorePath("a/b\\c/d", rules: .posix).components == ["a", "b\\c", "d"])
        #expect(throws: NTStatus.objectNameInvalid) { try StorePath("a/../b", rules: .posix) }
        #expect(throws: NTStatus.invalidParameter) { try StorePath("/a", rules: .posix) }
    }

    @Test func foldsByCodePoint() {
        #expect(NameFolding.areEqual("Straße", "STRAßE"))
        #expect(!NameFolding.areEqual("Straße", "STRASSE"))
        #expect(NameFolding.areEqual("äöü", "ÄÖÜ"))
        #expect(!NameFolding.areEqual("e\u{301}", "\u{e9}"))
    }
}
