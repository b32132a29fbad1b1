import FileStore
import Foundation
import SMBMessages
import Testing

/// No path leads out of the share.
@Suite struct EscapeTests {
    /// A secret beside the share, and links of every kind that point to it.
    private func makeTrap() throws -> Playground {
        let ground = try Playground()
        try Data("secret".utf8).write(to: URL(fileURLWithPath: "\(ground.path)/secret"))
        try ground.makeDirectory("sub")
        try ground.write("inside", "mine")
        let links = [
            ("absolute", "/"),
            ("absolute-file", "\(ground.path)/secret"),
            ("up", ".."),
            ("up-file", "../secret"),
            ("sub/up", "../../secret"),
            ("proc-root", "/proc/self/root"),
            ("proc-cwd", "/proc/self/cwd"),
            ("good", "inside"),
            ("sub/good", "../inside"),
            ("good-directory", "sub"),
            ("loop", "loop"),
            ("nowhere", "missing"),
        ]
        for (name, target) in links {
            try FileManager.default.createSymbolicLink(
                atPath: ground.outside(name),
                withDestinationPath: target
            )
        }
        return ground
    }

    @Test(arguments: [
        "absolute", "absolute-file", "up", "up-file", "sub\\up", "proc-root", "proc-cwd",
        "absolute\\etc\\passwd", "up\\secret", "proc-root\\etc\\passwd",
    ])
    func refusesLinksThatLeadOut(path: String) throws {
        let ground = try makeTrap()
        #expect(throws: NTStatus.accessDenied) { try ground.open(path, access: .read) }
        #expect(throws: NTStatus.accessDenied) { try ground.metadata(path) }
        #expect(throws: NTStatus.accessDenied) { try ground.open(path, .overwriteIf) }
        #expect(throws: NTStatus.accessDenied) { try ground.open(path + ":stream", .openIf) }
    }

    @Test(arguments: ["absolute\\x", "up\\x", "up\\share\\inside2", "proc-root\\tmp\\x"])
    func createsNothingOutside(path: String) throws {
        let ground = try makeTrap()
        #expect(throws: NTStatus.accessDenied) { try ground.open(path, .create) }
        #expect(throws: NTStatus.accessDenied) { try ground.makeDirectory(path) }
        let file = try ground.open("inside").file
        let target = try StorePath(path)
        #expect(throws: NTStatus.accessDenied) {
            try file.rename(to: target, replacing: true, posixSemantics: true)
        }
        #expect(throws: NTStatus.accessDenied) { try file.link(as: target, replacing: true) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: ground.path).count == 2)
    }

    @Test func followsLinksThatStayInside() throws {
        let ground = try makeTrap()
        #expect(try ground.open("good", access: .read).file.text() == "mine")
        #expect(try ground.open("sub\\good", access: .read).file.text() == "mine")
        #expect(try ground.metadata("good-directory")?.isDirectory == true)
        #expect(throws: NTStatus.objectPathNotFound) { try ground.open("loop") }
        #expect(throws: NTStatus.objectNameNotFound) { try ground.open("nowhere") }
        #expect(throws: NTStatus.objectNameNotFound) { try ground.open("nowhere", .openIf) }
        #expect(!ground.exists("missing"))
    }

    @Test func removesTheLinkAndNotItsTarget() throws {
        let ground = try makeTrap()
        try ground.open("good").file.delete()
        #expect(!ground.exists("good"))
        #expect(ground.exists("inside"))
        let link = try ground.open("absolute-file", access: [], options: .reparsePoint)
        #expect(link.metadata.reparseTag == 0xA000_000C)
        #expect(link.metadata.attributes.contains(.reparsePoint))
        #expect(try link.file.symbolicLinkTarget() == "\(ground.path)/secret")
        try link.file.delete()
        #expect(!ground.exists("absolute-file"))
        #expect(FileManager.default.fileExists(atPath: "\(ground.path)/secret"))
    }

    @Test func hidesLinksThatLeadOutFromListings() throws {
        let ground = try makeTrap()
        let root = try ground.open("", access: []).file
        let names = try root.list().map(\.name)
        #expect(Set(names) == [".", "..", "sub", "inside", "good", "good-directory"])
        let good = try root.list("good").first
        #expect(good?.metadata?.endOfFile == 4)
        #expect(good?.metadata?.reparseTag == 0)
    }

    @Test func leavesLinksToPOSIXClients() throws {
        let ground = try makeTrap()
        #expect(throws: NTStatus.stoppedOnSymlink) { try ground.open("good", rules: .posix) }
        let root = try ground.open("", access: [], rules: .posix).file
        let good = try root.list("good").first
        #expect(good?.metadata?.kind == .symbolicLink)
        let link = try ground.open("up", access: [], options: .reparsePoint, rules: .posix)
        #expect(try link.file.symbolicLinkTarget() == "..")
    }

    @Test func takesNoSpecialCharacterForAnother() throws {
        let ground = try makeTrap()
        // Stand-ins that would become "..", "." or a slash.
        for name in [".\u{F029}", "\u{F029}", ".\u{F02E}", "\u{EFAE}\u{EFAE}", "\u{EF2F}"] {
            _ = try? ground.open("\(name)\\secret", access: .read)
            #expect(throws: NTStatus.self) { try ground.open("\(name)\\secret", access: .read) }
        }
        let file = try ground.open("a\u{F022}b", .create).file
        #expect(ground.exists("a:b"))
        #expect(file.path.name == "a\u{F022}b")
    }

    /// A directory that changes places with a link to the outside while clients walk through it.
    @Test func survivesRacingRenames() async throws {
        let ground = try makeTrap()
        try ground.makeDirectory("race")
        try ground.write("race\\secret", "mine")
        let path = ground.outside("race")
        let link = ground.outside("race-link")
        let spare = ground.outside("race-spare")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "..")
        let store = ground.store
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                for _ in 0..<2000 {
                    unsafe rename(path, spare)
                    unsafe rename(link, path)
                    unsafe rename(path, link)
                    unsafe rename(spare, path)
                }
                return 0
            }
            group.addTask {
                var leaks = 0
                for _ in 0..<4000 {
                    let request = StoreOpenRequest(path: try StorePath("race\\secret"))
                    guard let file = try? store.open(request).file else { continue }
                    if try file.text() != "mine" { leaks += 1 }
                }
                return leaks
            }
            for try await leaks in group { #expect(leaks == 0) }
        }
    }
}
