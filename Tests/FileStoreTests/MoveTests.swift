import FileStore
import Foundation
import SMBMessages
import Testing

/// Renames, links and deletes.
@Suite struct MoveTests {
    private func rename(
        _ file: any StoreFile,
        _ target: String,
        replacing: Bool = false,
        posix: Bool = false
    ) throws {
        let path = try StorePath(target)
        try file.rename(to: path, replacing: replacing, posixSemantics: posix)
    }

    @Test(arguments: Ground.allCases)
    func movesFilesAndDirectories(ground: Ground) throws {
        let ground = try Playground(ground)
        try ground.makeDirectory("a")
        try ground.makeDirectory("b")
        let file = try ground.write("a\\f", "text")
        try rename(file, "b\\g")
        #expect(file.path.description == "b\\g")
        #expect(try ground.open("B\\G").file.text() == "text")
        try file.write("more", at: 4)
        #expect(try ground.text("b/g") == "textmore")

        let directory = try ground.open("b", access: []).file
        try rename(directory, "a\\c")
        #expect(try ground.text("a/c/g") == "textmore")
        #expect(try file.currentPath().description == "a\\c\\g")
        try rename(file, "f")
        #expect(try ground.names() == ["a", "f"])
        #expect(throws: NTStatus.self) { try rename(directory, "a\\c\\d") }
        #expect(throws: NTStatus.objectPathNotFound) { try rename(file, "no\\f") }
    }

    @Test(arguments: Ground.allCases)
    func replacesOnlyWhenAsked(ground: Ground) throws {
        let ground = try Playground(ground)
        let file = try ground.write("f", "new")
        try ground.write("Target", "old")
        try ground.makeDirectory("d")
        try ground.open("ro", .create, attributes: .readOnly)
        #expect(throws: NTStatus.objectNameCollision) { try rename(file, "target") }
        #expect(throws: NTStatus.objectNameCollision) { try rename(file, "d") }
        #expect(throws: NTStatus.accessDenied) { try rename(file, "d", replacing: true) }
        #expect(throws: NTStatus.accessDenied) { try rename(file, "ro", replacing: true) }
        try rename(file, "target", replacing: true)
        #expect(try ground.text("target") == "new")
        #expect(try ground.names() == ["d", "ro", "target"])
        try rename(file, "ro", replacing: true, posix: true)
        #expect(try ground.names() == ["d", "ro"])
    }

    @Test func changesTheCaseOfAName() throws {
        let ground = try Playground()
        let file = try ground.write("name", "text")
        try rename(file, "NAME")
        #expect(try ground.names() == ["NAME"])
        try rename(file, "NAME")
        #expect(try ground.open("name").file.path.name == "NAME")
    }

    @Test(arguments: Ground.allCases)
    func deletesWhatWasOpened(ground: Ground) throws {
        let ground = try Playground(ground)
        let file = try ground.write("f", "first")
        #expect(unsafe Foundation.rename(ground.outside("f"), ground.outside("moved")) == 0)
        try ground.put("f", "second")
        try file.delete()
        #expect(try ground.text("f") == "second")
        #expect(!ground.exists("moved"))
        // Still readable through the open.
        #expect(try file.text() == "first")
        #expect(throws: NTStatus.objectNameNotFound) { try file.delete() }
        #expect(try ground.names() == ["f"])
    }

    @Test func deletesOnlyEmptyDirectories() throws {
        let ground = try Playground()
        let directory = try ground.makeDirectory("d")
        try ground.write("d\\f", "")
        #expect(throws: NTStatus.directoryNotEmpty) { try directory.checkDeletable() }
        #expect(throws: NTStatus.directoryNotEmpty) { try directory.delete() }
        try ground.open("d\\f").file.delete()
        try directory.checkDeletable()
        try directory.delete()
        #expect(try ground.names() == [])
        let root = try ground.open("", access: []).file
        #expect(throws: NTStatus.accessDenied) { try root.delete() }
        #expect(throws: NTStatus.accessDenied) { try root.checkDeletable() }
    }

    @Test(arguments: Ground.allCases)
    func links(ground: Ground) throws {
        let ground = try Playground(ground)
        let file = try ground.write("f", "text")
        try ground.write("other", "")
        let first = try StorePath("first")
        let other = try StorePath("OTHER")
        try file.link(as: first, replacing: false)
        #expect(try file.metadata().linkCount == 2)
        #expect(try ground.open("first").file.identity == file.identity)
        #expect(throws: NTStatus.objectNameCollision) { try file.link(as: other, replacing: false) }
        try file.link(as: other, replacing: true)
        #expect(try ground.text("other") == "text")
        let directory = try ground.makeDirectory("d")
        let link = try StorePath("x")
        #expect(throws: NTStatus.fileIsADirectory) {
            try directory.link(as: link, replacing: false)
        }
        // Renaming a link over another of the same file leaves one.
        try rename(try ground.open("first").file, "other", replacing: true)
        #expect(try ground.names() == ["d", "f", "other"])
    }

    @Test func makesSymbolicLinks() throws {
        let ground = try Playground()
        try ground.write("target", "text")
        let file = try ground.open("link", .create, options: .reparsePoint).file
        try file.makeSymbolicLink(to: "target")
        #expect(try ground.open("link").file.text() == "text")
        let link = try ground.open("link", access: [], options: .reparsePoint).file
        #expect(try link.symbolicLinkTarget() == "target")
        try file.delete()
        #expect(try ground.names() == ["target"])
    }

    @Test func listsDirectories() throws {
        let ground = try Playground()
        try ground.makeDirectory("sub")
        try ground.write("one.txt", "1")
        try ground.write("Two.txt", "22")
        let root = try ground.open("", access: []).file
        let all = try root.list(detail: .metadataAndAttributeSize)
        #expect(all.prefix(2).map(\.name) == [".", ".."])
        #expect(Set(all.dropFirst(2).map(\.name)) == ["sub", "one.txt", "Two.txt"])
        #expect(all.first { $0.name == "Two.txt" }?.metadata?.endOfFile == 2)
        #expect(all.first { $0.name == "sub" }?.metadata?.isDirectory == true)
        #expect(Set(try root.list("*.TXT").map(\.name)) == ["one.txt", "Two.txt"])
        #expect(try root.list("two.TXT").map(\.name) == ["Two.txt"])
        #expect(try root.list("missing").isEmpty)
        #expect(throws: NTStatus.invalidParameter) { try ground.open("one.txt").file.makeCursor() }
    }

    @Test func resumesAndRestartsListings() throws {
        let ground = try Playground()
        for number in 0..<500 { try ground.put("file with a rather long name \(number)", "") }
        let cursor = try ground.open("", access: []).file.makeCursor()
        var names: [String] = []
        while let entry = try cursor.next(matching: .everything, detail: .name) {
            if names.count % 3 == 0 {
                cursor.pushBack()
                let again = try cursor.next(matching: .everything, detail: .name)
                #expect(again?.name == entry.name)
            }
            names.append(entry.name)
        }
        #expect(names.count == 502)
        #expect(Set(names).count == 502)
        #expect(try cursor.next(matching: .everything, detail: .name) == nil)
        try cursor.restart()
        #expect(try cursor.next(matching: .everything, detail: .name)?.name == ".")
    }
}
