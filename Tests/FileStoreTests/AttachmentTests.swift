import FileStore
import Foundation
import SMBMessages
import Testing
import Wire

/// What hangs on a file: streams, extended attributes, security, attributes and times.
@Suite struct AttachmentTests {
    @Test(arguments: Ground.allCases)
    func keepsStreams(ground: Ground) throws {
        let ground = try Playground(ground)
        let made = try ground.open("f:Stream One", .create)
        #expect(made.action == .created)
        #expect(made.file.isStream)
        #expect(made.file.identity.file == (try ground.open("f").file.identity))
        try made.file.write("hello", at: 0)
        try made.file.write("!", at: 8)
        #expect(try made.file.bytes(at: 0, count: 20) == Array("hello\0\0\0!".utf8))
        let again = try ground.open("F:stream ONE:$DATA")
        #expect(again.action == .opened)
        #expect(again.file.identity == made.file.identity)
        #expect(again.metadata.endOfFile == 9)
        try again.file.setEndOfFile(5)
        #expect(try made.file.text() == "hello")
        #expect(try ground.metadata("f:STREAM one")?.endOfFile == 5)
        #expect(try ground.metadata("f:none") == nil)
        #expect(throws: NTStatus.objectNameNotFound) { try ground.open("f:none") }
        #expect(throws: NTStatus.objectNameCollision) { try ground.open("f:stream one", .create) }
        #expect(throws: NTStatus.notADirectory) {
            try ground.open("f:s", .openIf, options: .directory)
        }
        #expect(try ground.open("f:stream one", .overwriteIf).action == .overwritten)
        #expect(try made.file.text() == "")
        let names = try ground.open("f").file.streams().map(\.wireName)
        #expect(names == ["::$DATA", ":Stream One:$DATA"])
    }

    @Test func doesWithoutExtendedAttributes() throws {
        let options = POSIXStoreOptions(usesExtendedAttributes: false)
        let ground = try Playground(options: options)
        #expect(!ground.store.capabilities.contains(.namedStreams))
        let made = try ground.open("f", .create, attributes: .hidden)
        #expect(made.metadata.attributes == .archive)
        let file = made.file
        let time = FileTime(seconds: 1_000_000_000, nanoseconds: 0)
        try file.setBasic(
            BasicChange(
                creationTime: time,
                lastWriteTime: time,
                changeTime: time,
                attributes: .hidden
            )
        )
        #expect(try file.metadata().lastWriteTime == time)
        #expect(try file.metadata().creationTime != time)
        #expect(throws: NTStatus.objectNameInvalid) { try ground.open("f:s", .create) }
        #expect(throws: NTStatus.easNotSupported) {
            try file.setExtendedAttributes([ExtendedAttribute(name: [0x61], value: [1])])
        }
        #expect(throws: NTStatus.notSupported) { try file.setSparse(true) }
        #expect(try file.extendedAttributes() == [])
        #expect(try file.streams().map(\.name) == [""])
        let descriptor = try file.securityDescriptor()
        #expect(throws: NTStatus.notSupported) { try file.setSecurityDescriptor(descriptor) }
        #expect(try ground.open("f", .overwrite).action == .overwritten)
        #expect(try ground.open("", access: []).file.list("f").first?.metadata?.kind == .file)
    }

    @Test func renamesAndDeletesStreams() throws {
        let ground = try Playground()
        try ground.write("f", "base")
        let file = try ground.open("f:one", .create).file
        try file.write("text", at: 0)
        try ground.open("f:two", .create)
        let two = try StorePath("f:TWO")
        #expect(throws: NTStatus.objectNameCollision) {
            try file.rename(to: two, replacing: false, posixSemantics: false)
        }
        try file.rename(to: two, replacing: true, posixSemantics: false)
        #expect(file.path.description == "f:TWO")
        #expect(try ground.open("f:two").file.text() == "text")
        let other = try StorePath("f:Two")
        try file.rename(to: other, replacing: false, posixSemantics: false)
        #expect(try ground.open("f").file.streams().map(\.name) == ["", "Two"])
        try file.delete()
        #expect(try ground.open("f").file.streams().map(\.name) == [""])
        #expect(throws: NTStatus.objectNameNotFound) { try file.metadata() }
        #expect(try ground.text("f") == "base")
    }

    @Test(arguments: Ground.allCases)
    func keepsAChangeTimeUntilTheNextChange(ground: Ground) throws {
        let ground = try Playground(ground)
        let file = try ground.write("f", "text")
        let time = FileTime(seconds: 2_000_000_000, nanoseconds: 0)
        try file.setBasic(BasicChange(lastWriteTime: time, changeTime: time))
        #expect(try file.metadata().changeTime == time)
        #expect(try ground.metadata("f")?.changeTime == time)
        try file.freeze([.lastWrite, .change])
        let frozen = try pass(ground)
        try file.write("more", at: 4)
        #expect(try file.metadata().changeTime == time)
        #expect(try file.metadata().lastWriteTime == time)
        try file.freeze([])
        #expect(try pass(ground) > frozen)
        try file.write("more", at: 8)
        #expect(try file.metadata().changeTime < time)
    }

    /// Waits until the file system's clock, which may be a coarse one, has moved on by more than
    /// a change may be late; tells it.
    private func pass(_ ground: Playground) throws -> Date {
        func now() throws -> Date {
            try ground.put("clock", "")
            let attributes = try FileManager.default.attributesOfItem(
                atPath: ground.outside("clock")
            )
            return try #require(attributes[.modificationDate] as? Date)
        }
        let begun = try now()
        var current = begun
        while current < begun + 0.1 {
            Thread.sleep(forTimeInterval: 0.01)
            current = try now()
        }
        return current
    }

    @Test(arguments: Ground.allCases)
    func hangsStreamsOnDirectories(ground: Ground) throws {
        let ground = try Playground(ground)
        let directory = try ground.makeDirectory("d")
        try ground.open("d:s", .create).file.write("x", at: 0)
        #expect(try directory.streams().map(\.name) == ["s"])
        #expect(try ground.open(":root", .create).file.streams().map(\.name) == ["root"])
    }

    @Test func limitsStreams() throws {
        let ground = try Playground()
        let file = try ground.open("f:s", .create).file
        #expect(throws: NTStatus.fileSystemLimitation) { try file.setEndOfFile(65537) }
        #expect(throws: NTStatus.fileSystemLimitation) { try file.write("x", at: 65536) }
        #expect(throws: NTStatus.fileSystemLimitation) { try file.write("x", at: .max) }
        try file.setEndOfFile(65536)
        #expect(try file.metadata().endOfFile == 65536)
        let long = "f:" + String(repeating: "n", count: 250)
        #expect(throws: NTStatus.objectNameInvalid) { try ground.open(long, .create) }
        let disk = try Playground(.disk)
        let small = try disk.open("f:s", .create).file
        // ext4 keeps the attributes of a file in one block.
        #expect(throws: NTStatus.fileSystemLimitation) { try small.setEndOfFile(65536) }
    }

    @Test func dropsStreamsWithTheContents() throws {
        let ground = try Playground()
        try ground.open("f:s", .create)
        try ground.open("f").file.setExtendedAttributes([
            ExtendedAttribute(name: Array("EA".utf8), value: [1])
        ])
        let file = try ground.open("f", .overwrite).file
        #expect(try file.streams().map(\.name) == [""])
        #expect(try file.extendedAttributes() == [])
    }

    @Test(arguments: Ground.allCases)
    func keepsExtendedAttributes(ground: Ground) throws {
        let ground = try Playground(ground)
        let file = try ground.open("f", .create, attributes: .hidden).file
        #expect(try file.extendedAttributes() == [])
        #expect(try file.metadata().extendedAttributeSize == 0)
        let name = Array("Comment".utf8)
        try file.setExtendedAttributes([ExtendedAttribute(name: name, value: [1, 2, 3])])
        let shouted = Array("COMMENT".utf8)
        try file.setExtendedAttributes([ExtendedAttribute(name: shouted, value: [4])])
        #expect(try file.extendedAttributes() == [ExtendedAttribute(name: name, value: [4])])
        #expect(try file.metadata().extendedAttributeSize == 4 + 5 + 7 + 1)
        try file.setExtendedAttributes([ExtendedAttribute(name: shouted, value: [])])
        #expect(try file.extendedAttributes() == [])
        for own in ["penstock.security", "PENSTOCK.stream.x"] {
            let attribute = ExtendedAttribute(name: Array(own.utf8), value: [1])
            #expect(throws: NTStatus.accessDenied) { try file.setExtendedAttributes([attribute]) }
        }
        for bad in ["", "a:b", "a\u{1}"] {
            let attribute = ExtendedAttribute(name: Array(bad.utf8), value: [1])
            #expect(throws: NTStatus.invalidEAName) { try file.setExtendedAttributes([attribute]) }
        }
        let huge = ExtendedAttribute(name: name, value: [UInt8](repeating: 7, count: 65535))
        if ground.path.hasPrefix("/var") {
            #expect(throws: NTStatus.eaTooLarge) { try file.setExtendedAttributes([huge]) }
        }
    }

    @Test(arguments: Ground.allCases)
    func keepsAttributesAndTimes(ground: Ground) throws {
        let ground = try Playground(ground)
        let file = try ground.open("f", .create, access: []).file
        let first = try file.metadata()
        #expect(first.creationTime >= first.lastWriteTime)
        let times = (1...3).map { FileTime(seconds: 1_000_000_000 + $0, nanoseconds: 123_456_700) }
        try file.setBasic(
            BasicChange(
                creationTime: times[0],
                lastAccessTime: times[1],
                lastWriteTime: times[2],
                attributes: [.hidden, .directory, .normal]
            )
        )
        let metadata = try file.metadata()
        #expect(metadata.creationTime == times[0])
        #expect(metadata.lastAccessTime == times[1])
        #expect(metadata.lastWriteTime == times[2])
        #expect(metadata.attributes == .hidden)
        let listed = try ground.open("", access: []).file.list("f").first?.metadata
        #expect(listed?.attributes == .hidden)
        #expect(listed?.creationTime == times[0])
        try file.setBasic(BasicChange(attributes: .normal))
        #expect(try file.metadata().attributes == .normal)
        #expect(try file.metadata().lastWriteTime == times[2])
        let old = FileTime(seconds: -3600, nanoseconds: 0)
        try file.setBasic(BasicChange(lastWriteTime: old))
        #expect(try file.metadata().lastWriteTime == old)
    }

    @Test func holdsFrozenTimesStill() throws {
        let ground = try Playground()
        let file = try ground.write("f", "text")
        let time = FileTime(seconds: 1_000_000_000, nanoseconds: 0)
        try file.setBasic(BasicChange(lastWriteTime: time))
        try file.freeze(.lastWrite)
        try file.write("more", at: 4)
        #expect(try ground.metadata("f")?.lastWriteTime == time)
        try file.freeze([])
        try file.write("more", at: 8)
        #expect(try #require(try ground.metadata("f")).lastWriteTime > time)
    }

    @Test(arguments: Ground.allCases)
    func keepsSecurityDescriptors(ground: Ground) throws {
        let ground = try Playground(ground)
        let file = try ground.open("f", .create, access: [], mode: 0o640).file
        let status = try file.metadata()
        let made = try file.securityDescriptor()
        #expect(made.owner == SID(authority: 22, 1, status.userID))
        #expect(made.group == SID(authority: 22, 2, status.groupID))
        let entries = try #require(made.discretionaryACL?.entries)
        #expect(entries[1].mask.contains(.readData))
        #expect(!entries[1].mask.contains(.writeData))
        #expect(entries[2].sid == .everyone)
        #expect(!entries[2].mask.contains(.readData))

        let wanted = SecurityDescriptor(
            control: [.selfRelative, .discretionaryACLPresent],
            owner: .builtinAdministrators,
            group: .builtinUsers,
            discretionaryACL: AccessControlList(entries: [
                AccessControlEntry(.denied, mask: .fileAll, sid: .anonymous)
            ])
        )
        try file.setSecurityDescriptor(wanted)
        #expect(try file.securityDescriptor() == wanted)
        // A change of rights without SMB counts from then on.
        try file.setPOSIX(POSIXChange(mode: 0o600))
        #expect(try file.securityDescriptor() != wanted)
        let directory = try ground.makeDirectory("d")
        try directory.setSecurityDescriptor(wanted)
        #expect(try directory.securityDescriptor() == wanted)
    }
}
