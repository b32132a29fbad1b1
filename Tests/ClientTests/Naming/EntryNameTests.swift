import Client
import Testing

@Suite struct EntryNameTests {
    @Test(arguments: [
        "", ".", "..", "a/b", "/etc/passwd", "a\\b", "..\\x", "a\0b",
        String(repeating: "x", count: 256),
    ])
    func refuses(name: String) { #expect(!EntryName.isSafe(name)) }

    @Test(arguments: ["a", "...", "..a", "a b", "ü", ".hidden", String(repeating: "x", count: 255)])
    func accepts(name: String) { #expect(EntryName.isSafe(name)) }

    @Test func showsControlCharacters() {
        #expect(EntryName.shown("a\u{1b}[31m") == "a\\u{1b}[31m")
        #expect(EntryName.shown("gpj\u{202e}exe") == "gpj\\u{202e}exe")
        #expect(EntryName.shown("plain ü") == "plain ü")
    }

    @Test func aPathTakesNamesOnlyOneAtATime() throws {
        var path = try RemotePath(parsing: "/a//b/")
        #expect(path.components == ["a", "b"])
        #expect(throws: LocationError.self) { try path.append("../c") }
        #expect(try path.contains(path.appending("c")))
        #expect(try !path.contains(RemotePath(parsing: "a/bc")))
        #expect(throws: LocationError.self) { try RemotePath(parsing: "a/../..") }
    }
}
