import CFileSystem
import Descriptors
import Foundation
import SMBMessages
import Testing

@testable import FileStore

/// Case, and names that clients cannot send as they are.
@Suite struct NameTests {
    @Test(arguments: Ground.allCases)
    func findsNamesWithoutRegardToCase(ground: Ground) throws {
        let ground = try Playground(ground)
        try ground.makeDirectory("Folder")
        try ground.write("Folder\\Füße.TXT", "text")
        let file = try ground.open("FOLDER\\fÜßE.txt")
        #expect(try file.file.text() == "text")
        #expect(file.file.path.description == "Folder\\Füße.TXT")
        #expect(throws: NTStatus.objectNameCollision) { try ground.open("folder", .create) }
        #expect(try ground.open("folder\\new", .create).file.path.description == "Folder\\new")
        #expect(try ground.open("folder\\NEW", .openIf).action == .opened)
        #expect(try ground.names() == ["Folder"])
    }

    @Test func prefersTheExactName() throws {
        let ground = try Playground()
        try ground.put("name", "lower")
        try ground.put("NAME", "upper")
        #expect(try ground.open("name").file.text() == "lower")
        #expect(try ground.open("NAME").file.text() == "upper")
        #expect(["lower", "upper"].contains(try ground.open("Name").file.text()))
    }

    @Test func tellsCaseApartWhereAsked() throws {
        let ground = try Playground()
        try ground.write("name", "")
        #expect(throws: NTStatus.objectNameNotFound) { try ground.open("NAME", rules: .posix) }
        #expect(try ground.open("NAME", .create, rules: .posix).action == .created)

        let strict = try Playground(options: POSIXStoreOptions(isCaseSensitive: true))
        try strict.write("name", "")
        #expect(throws: NTStatus.objectNameNotFound) { try strict.open("NAME") }
        #expect(strict.store.capabilities.contains(.caseSensitive))
    }

    @Test func noticesWhatOthersChange() throws {
        let ground = try Playground()
        try ground.write("first", "")
        #expect(throws: NTStatus.objectNameNotFound) { try ground.open("second") }
        try ground.put("SECOND", "by another")
        // The index that said so is trusted for a second at most.
        Thread.sleep(forTimeInterval: 1.1)
        #expect(try ground.open("second").file.text() == "by another")
        try FileManager.default.removeItem(atPath: ground.outside("SECOND"))
        #expect(throws: NTStatus.objectNameNotFound) { try ground.open("second") }
    }

    @Test func followsItsOwnChanges() throws {
        let ground = try Playground()
        for round in 0..<3 {
            for number in 0..<50 {
                #expect(try ground.open("File\(number)", .create).action == .created)
            }
            for number in 0..<50 {
                #expect(try ground.open("FILE\(number)").action == .opened, "\(round)")
                let target = try StorePath("other\(number)")
                try ground.open("FILE\(number)").file.rename(
                    to: target,
                    replacing: false,
                    posixSemantics: false
                )
                #expect(throws: NTStatus.objectNameNotFound) { try ground.open("file\(number)") }
            }
            for number in 0..<50 { try ground.open("OTHER\(number)").file.delete() }
        }
        #expect(try ground.names() == [])
    }

    @Test func createsTenThousandFilesInOneFolder() throws {
        let ground = try Playground()
        try ground.makeDirectory("many")
        for number in 0..<10_000 {
            let result = try ground.open("many\\File \(number)", .create)
            if result.action != .created { Issue.record("\(number)") }
        }
        let list = try ground.open("many", access: []).file.list(detail: .name)
        #expect(list.count == 10_002)
        #expect(Set(list.map(\.name)).count == 10_002)
        for number in stride(from: 0, to: 10_000, by: 97) {
            #expect(try ground.metadata("MANY\\FILE \(number)") != nil)
            try ground.open("MANY\\FILE \(number)").file.delete()
        }
    }

    @Test(arguments: [
        ("plain", "plain"),
        ("a\u{F022}b", "a:b"),
        ("\u{F020}\u{F021}\u{F023}\u{F024}\u{F025}\u{F026}\u{F027}", "\"*<>?\\|"),
        ("tab\u{F009}", "tab\u{9}"),
        ("dot\u{F029}", "dot."),
        ("space\u{F028}", "space "),
        ("ü\u{1F600}", "ü\u{1F600}"),
    ])
    func translatesWhatWindowsForbids(shown: String, kept: String) throws {
        let native = try NativeName.encode(shown, .windows)
        #expect(native.bytes == Array(kept.utf8))
        let expected = shown.hasSuffix("\u{F029}") || shown.hasSuffix("\u{F028}") ? kept : shown
        #expect(NativeName.decode(native.bytes, .windows) == expected)
        #expect(NativeName.decode(native.bytes, .posix) == kept)
    }

    @Test(
        arguments: [
            [0xFF], [0x61, 0xC3], [0xC3, 0x28, 0xA9], [0xEE, 0xBE, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x9F, 0x98, 0x80, 0x80],
        ] as [[UInt8]]
    )
    func losesNoName(bytes: [UInt8]) throws {
        for rules in [StorePath.Rules.windows, .posix] {
            let shown = NativeName.decode(bytes, rules)
            #expect(try NativeName.encode(shown, rules).bytes == bytes)
        }
    }

    @Test func opensFilesWhoseNamesAreNotText() throws {
        let ground = try Playground()
        try ground.put("odd", "found")
        let odd: [CChar] = Array(ground.outside("").utf8CString.dropLast()) + [-1, -2, 0]
        #expect(unsafe rename(ground.outside("odd"), odd) == 0)
        let root = try ground.open("", access: []).file
        let name = try #require(try root.list().map(\.name).first { !$0.hasPrefix(".") })
        #expect(try ground.open(name).file.text() == "found")
    }

    @Test func acceptsTrailingPeriodsAndSpaces() throws {
        let ground = try Playground()
        try ground.write("dot.", "1")
        try ground.write("dot", "2")
        #expect(try ground.names() == ["dot", "dot."])
    }

    @Test func limitsTheIndexCache() {
        let cache = DirectoryIndexCache()
        var status = fs_file_status()
        for number in 0..<UInt64(DirectoryIndexCache.directoryCountMax + 10) {
            status.inode = number
            let stamp = DirectoryIndex.Stamp(status)
            cache.keep(cache.begin(stamp: stamp), of: FileIdentity(device: 1, inode: number))
        }
        let stamp = DirectoryIndex.Stamp(status)
        let first = FileIdentity(device: 1, inode: 0)
        #expect(cache.search(first, stamp: stamp, folded: [1]) == nil)
        let last = FileIdentity(device: 1, inode: UInt64(DirectoryIndexCache.directoryCountMax + 9))
        #expect(cache.search(last, stamp: stamp, folded: [1])?.answer == .missing)
    }

    @Test(
        arguments: [
            (ENOENT, NTStatus.objectNameNotFound), (ENOTDIR, .objectPathNotFound),
            (ELOOP, .objectPathNotFound), (EISDIR, .fileIsADirectory),
            (EEXIST, .objectNameCollision), (ENOTEMPTY, .directoryNotEmpty),
            (ENAMETOOLONG, .nameTooLong), (EACCES, .accessDenied), (EPERM, .accessDenied),
            (EROFS, .mediaWriteProtected), (ENOSPC, .diskFull), (EDQUOT, .quotaExceeded),
            (EFBIG, .fileSystemLimitation), (EMLINK, .tooManyLinks), (EXDEV, .notSameDevice),
            (EMFILE, .tooManyOpenedFiles), (ENFILE, .insufficientResources),
            (ENOMEM, .insufficientResources), (ENOBUFS, .insufficientResources),
            (EBUSY, .sharingViolation), (ETXTBSY, .sharingViolation), (EAGAIN, .sharingViolation),
            (EINVAL, .invalidParameter), (ERANGE, .invalidParameter),
            (EOVERFLOW, .invalidParameter),
            (EBADF, .invalidHandle), (ESTALE, .fileClosed), (ENODATA, .notFound),
            (E2BIG, .eaTooLarge), (EOPNOTSUPP, .notSupported), (ENOSYS, .notSupported),
            (ENOTTY, .notSupported), (ENXIO, .noSuchDevice), (ENODEV, .noSuchDevice),
            (ESPIPE, .invalidDeviceRequest), (EIO, .ioDeviceError), (EBADMSG, .ioDeviceError),
            (EUCLEAN, .fileCorruptError), (ETIMEDOUT, .ioTimeout), (ECANCELED, .cancelled),
            (EINTR, .cancelled), (ENOANO, .unsuccessful),
        ] as [(Int32, NTStatus)]
    )
    func mapsErrors(number: Int32, status: NTStatus) {
        #expect(NTStatus(Errno(rawValue: number)) == status)
    }
}
