import Client
import Glibc
import Testing

@testable import Mount

@Suite struct NodeAttributesTests {
    private func status(_ facts: FileFacts) -> stat {
        var options = MountOptions()
        (options.userID, options.groupID) = (501, 20)
        return NodeAttributes(facts, inode: 77, options).status
    }

    @Test func withoutTheExtensionsModesAndOwnersAreTheMounts() {
        var facts = FileFacts.made(7)
        #expect(status(facts).st_mode == S_IFREG | 0o644)
        #expect(status(facts).st_uid == 501 && status(facts).st_gid == 20)
        facts.attributes = 1
        #expect(status(facts).st_mode == S_IFREG | 0o444)
        facts.kind = .folder
        #expect(status(facts).st_mode == S_IFDIR | 0o755)
        #expect(status(facts).st_nlink == 2)
    }

    @Test func linksAreToldByTheirTags() {
        var facts = FileFacts.made(7, kind: .link(tag: 0xA000_000C))
        #expect(status(facts).st_mode & S_IFMT == S_IFLNK)
        facts.kind = .link(tag: 0x8000_0014)
        #expect(status(facts).st_mode & S_IFMT == S_IFREG)
    }

    @Test func sizesOfAHostileServerDoNotOverflow() {
        var facts = FileFacts.made(7)
        facts.byteCount = .max
        facts.allocatedByteCount = .max
        #expect(status(facts).st_size == Int.max)
        #expect(status(facts).st_blocks == 1 << 55)
        facts.modified = Timestamp(rawValue: .max)
        #expect(status(facts).st_mtim.tv_nsec < 1_000_000_000)
    }

    @Test func timesAreThoseOfTheServer() {
        var facts = FileFacts.made(7)
        facts.modified = Timestamp(seconds: 1_000_000_000, nanoseconds: 123_456_700)
        #expect(status(facts).st_mtim.tv_sec == 1_000_000_000)
        #expect(status(facts).st_mtim.tv_nsec == 123_456_700)
        facts.accessed = .zero
        #expect(status(facts).st_atim.tv_sec == 0)
    }
}
