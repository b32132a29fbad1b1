import Testing
import Wire

@testable import SMBMessages

@Suite struct FileInformationTests {
    private func expectFixed<T: FileInformation>(_ value: T) throws {
        let bytes = value.encoded()
        #expect(bytes.count >= T.fixedSize)
        let again = try withReader(over: bytes) { reader throws(WireError) in
            try T(from: &reader)
        }
        #expect(again == value)
        for count in 0..<T.fixedSize {
            #expect(throws: WireError.self) {
                try withReader(over: Array(bytes[..<count])) { reader throws(WireError) in
                    _ = try T(from: &reader)
                }
            }
        }
    }

    private let time = FileTime(rawValue: 0x01DD_7B3A_B85F_E671)

    @Test func classesOfOneNumberKeepIt() throws {
        try expectFixed(InternalInformation(indexNumber: 0x1234_5678_9ABC_DEF0))
        try expectFixed(ExtendedAttributeInformation(size: 77))
        try expectFixed(AccessInformation(granted: .fileAll))
        try expectFixed(PositionInformation(currentByteOffset: 1 << 40))
        try expectFixed(ModeInformation(mode: 0x20))
        try expectFixed(AlignmentInformation(requirement: 7))
        try expectFixed(AllocationInformation(allocationSize: 4096))
        try expectFixed(EndOfFileInformation(endOfFile: 4097))
        try expectFixed(ValidDataLengthInformation(validDataLength: 1))
        try expectFixed(DispositionInformation(deletePending: true))
        try expectFixed(DispositionExtendedInformation(flags: 3))
    }

    @Test func classesOfManyFieldsKeepThem() throws {
        let basic = BasicInformation(
            creationTime: time,
            lastAccessTime: .zero,
            lastWriteTime: time,
            changeTime: time,
            attributes: [.archive, .sparseFile]
        )
        try expectFixed(basic)
        try expectFixed(
            StandardInformation(
                allocationSize: 8192,
                endOfFile: 5000,
                numberOfLinks: 3,
                deletePending: true,
                directory: false
            )
        )
        try expectFixed(
            NetworkOpenInformation(
                creationTime: time,
                lastAccessTime: time,
                lastWriteTime: time,
                changeTime: time,
                allocationSize: 1,
                endOfFile: 2,
                attributes: .directory
            )
        )
        try expectFixed(AttributeTagInformation(attributes: .reparsePoint, reparseTag: 0xA000_000C))
        try expectFixed(IDInformation(volumeSerialNumber: 9, fileID: 1 << 100))
        try expectFixed(
            CompressionInformation(
                compressedSize: 10,
                format: 2,
                unitShift: 16,
                chunkShift: 12,
                clusterShift: 12
            )
        )
        try expectFixed(NameInformation(name: "\\a\\b"))
        try expectFixed(RenameExtendedInformation(flags: .posixSemantics, fileName: "x\\y"))
        try expectFixed(LinkInformation(replaceIfExists: false, fileName: "other"))
    }

    @Test func posixInformationKeepsItsIdentities() throws {
        try expectFixed(
            POSIXInformation(
                creationTime: time,
                lastAccessTime: time,
                lastWriteTime: time,
                changeTime: time,
                endOfFile: 3,
                allocationSize: 4096,
                attributes: .archive,
                inode: 99,
                deviceID: 2,
                posix: POSIXAttributes(
                    hardLinks: 1,
                    reparseTag: 0,
                    mode: 0o100644,
                    owner: .posixUser(1000),
                    group: .posixGroup(1001)
                )
            )
        )
        #expect(SID.posixUser(1000).posixUser == 1000)
        #expect(SID.posixUser(1000).posixGroup == nil)
    }

    @Test func shortRenamesArePaddedToTheLeastThatWindowsTakes() {
        #expect(RenameInformation(replaceIfExists: true, fileName: "a").encoded().count == 24)
        #expect(RenameInformation(replaceIfExists: true, fileName: "abc").encoded().count == 26)
    }

    @Test func namesLongerThanTheirBufferAreRefused() {
        var bytes = RenameInformation(replaceIfExists: true, fileName: "abcd").encoded()
        bytes[16] = 10
        #expect(throws: WireError.self) {
            try withReader(over: bytes) { reader throws(WireError) in
                _ = try RenameInformation(from: &reader)
            }
        }
    }

    @Test func streamsAreWrittenUpToTheLimit() throws {
        let streams = [
            StreamInformation(name: "::$DATA", size: 1, allocationSize: 4096),
            StreamInformation(name: ":one:$DATA", size: 2, allocationSize: 4096),
        ]
        var writer = WireWriter()
        #expect(StreamInformation.encode(streams, limit: 4096, to: &writer) == 2)
        let bytes = writer.finish()
        #expect(bytes.count == 40 + 24 + 20)
        let again = try withReader(over: bytes) { reader throws(WireError) in
            try StreamInformation.decodeList(from: &reader)
        }
        #expect(again == streams)
        var short = WireWriter()
        #expect(StreamInformation.encode(streams, limit: bytes.count - 1, to: &short) == 1)
        #expect(short.finish().count == 38)
    }

    @Test func extendedAttributesSurviveTheRoundTrip() throws {
        let attributes = [
            ExtendedAttribute(name: Array("ONE".utf8), value: [1, 2, 3]),
            ExtendedAttribute(flags: 0x80, name: Array("TWO".utf8), value: []),
        ]
        var writer = WireWriter()
        #expect(ExtendedAttribute.encode(attributes, limit: 1024, to: &writer) == 2)
        let bytes = writer.finish()
        let again = try withReader(over: bytes) { reader throws(WireError) in
            try ExtendedAttribute.decodeList(from: &reader)
        }
        #expect(again == attributes)
        for count in 1..<bytes.count {
            #expect(throws: WireError.self, "\(count)") {
                try withReader(over: Array(bytes[..<count])) { reader throws(WireError) in
                    _ = try ExtendedAttribute.decodeList(from: &reader)
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3, 5, 0x7FFF_FFFF, 0xFFFF_FFFF] as [UInt32])
    func chainsThatLoopOrLeaveTheBufferAreRefused(link: UInt32) {
        let bytes = encoded { writer in
            writer.write(link)
            writer.write(UInt32(0x0001_0100))
            writer.write(bytes: [65, 0, 66, 0])
        }
        #expect(throws: WireError.self) {
            try withReader(over: bytes) { reader throws(WireError) in
                _ = try ExtendedAttribute.decodeList(from: &reader)
            }
        }
    }

    @Test func notificationsArePaddedButTheLast() throws {
        let changes = [
            FileNotifyInformation(action: .added, fileName: "a"),
            FileNotifyInformation(action: .renamedNewName, fileName: "dir\\b"),
        ]
        let bytes = encoded { FileNotifyInformation.encode(changes, to: &$0) }
        #expect(bytes.count == 16 + 12 + 10)
        #expect(FileNotifyInformation.encodedSize(of: changes) == bytes.count)
        let again = try withReader(over: bytes) { reader throws(WireError) in
            try FileNotifyInformation.decodeList(from: &reader)
        }
        #expect(again == changes)
    }
}
