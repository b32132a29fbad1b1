import SMBMessages
import SMBState
import Testing

private let file = FileKey(device: 3, inode: 4)

@Suite struct FileTableCloseTests {
    var table = FileTable()

    private mutating func open(
        _ id: UInt64,
        stream: String? = nil,
        access: UInt32 = 0x001F_01FF,
        share: UInt32 = 7,
        deletesOnClose: Bool = false
    ) -> FileOpenVerdict {
        table.open(
            file,
            FileOpenRequest(
                open: OpenID(id),
                stream: stream,
                access: access,
                shareAccess: share,
                deletesOnClose: deletesOnClose
            ),
            waiter: WaiterID(id)
        )
    }

    private let plain = FileOpenVerdict.granted(FileOpenGrant(caching: []), breaks: [])

    @Test mutating func lastCloseForgetsTheFile() {
        #expect(open(1) == plain)
        #expect(open(2) == plain)
        #expect(table.openCount(of: file) == 2)
        #expect(table.close(OpenID(1)) == FileCloseResult())
        #expect(table.close(OpenID(2)) == FileCloseResult())
        #expect(table.fileCount == 0)
        #expect(table.close(OpenID(2)) == FileCloseResult())
    }

    @Test mutating func deleteOnCloseMarksAtItsOwnClose() {
        #expect(open(1, deletesOnClose: true) == plain)
        #expect(open(2) == plain)
        #expect(!table.isDeletePending(OpenID(2)))
        #expect(table.close(OpenID(1)).deletion == .none)
        #expect(table.isDeletePending(OpenID(2)))
        #expect(open(3) == .refused(.deletePending, breaks: []))
        #expect(table.close(OpenID(2)).deletion == .file)
        // Nobody opens what is about to go.
        #expect(open(3) == .refused(.deletePending, breaks: []))
        table.deletionEnded(file)
        #expect(table.fileCount == 0)
        #expect(open(3) == plain)
    }

    @Test mutating func dispositionCanBeTakenBack() {
        #expect(open(1) == plain)
        table.setDeletePending(OpenID(1), true)
        #expect(open(2) == .refused(.deletePending, breaks: []))
        table.setDeletePending(OpenID(1), false)
        #expect(open(2) == plain)
        #expect(table.close(OpenID(1)).deletion == .none)
        #expect(table.close(OpenID(2)).deletion == .none)
    }

    @Test mutating func streamGoesWithItsLastOpen() {
        #expect(open(1) == plain)
        #expect(open(2, stream: "s", deletesOnClose: true) == plain)
        #expect(open(3, stream: "s") == plain)
        #expect(table.close(OpenID(2)).deletion == .none)
        #expect(open(4, stream: "s") == .refused(.deletePending, breaks: []))
        #expect(open(5) == plain)
        #expect(table.close(OpenID(3)).deletion == .stream)
        #expect(table.close(OpenID(1)).deletion == .none)
        #expect(table.close(OpenID(5)).deletion == .none)
    }

    @Test mutating func deleteOnCloseOfWhatNeverCameAboutMarksNothing() {
        #expect(open(1) == plain)
        #expect(open(2, deletesOnClose: true) == plain)
        #expect(table.close(OpenID(2), honorsDeleteOnClose: false).deletion == .none)
        #expect(!table.isDeletePending(OpenID(1)))
        #expect(table.close(OpenID(1)).deletion == .none)
    }

    @Test mutating func anOpenStreamForbidsTheDeletionOfItsFile() {
        let delete = AccessMask.delete.rawValue
        #expect(open(1, stream: "s", access: 1, share: 3) == plain)
        #expect(open(2, access: delete) == .refused(.sharingViolation, breaks: []))
        #expect(open(3, stream: "t", access: delete) == plain)
        _ = table.close(OpenID(1))
        #expect(open(2, access: delete) == plain)
    }

    @Test mutating func fileWaitsForItsStreams() {
        #expect(open(1, deletesOnClose: true) == plain)
        #expect(open(2, stream: "s") == plain)
        #expect(table.close(OpenID(1)).deletion == .none)
        #expect(open(3, stream: "s") == .refused(.deletePending, breaks: []))
        #expect(table.close(OpenID(2)).deletion == .file)
    }

    @Test mutating func closingReleasesLocksAndEndsWaits() {
        #expect(open(1) == plain)
        #expect(open(2) == plain)
        let range = LockRange(offset: 0, length: 9)
        let element = ByteRangeLocks.Element(range: range, flags: .exclusive)
        #expect(table.lock(OpenID(1), [element], waiter: WaiterID(1)).result.outcome == .granted)
        #expect(table.lock(OpenID(2), [element], waiter: WaiterID(2)).result.outcome == .waiting)
        #expect(table.lock(OpenID(1), [element], waiter: WaiterID(3)).result.outcome == .waiting)
        let closed = table.close(OpenID(1))
        #expect(closed.lockedNow == [WaiterID(2)])
        #expect(closed.locksEnded == [WaiterID(3)])
        #expect(!table.allowsWrite(OpenID(1), range) || table.openCount == 1)
    }

    @Test mutating func boundsItsOpens() {
        table = FileTable(opensMax: 1)
        #expect(open(1) == plain)
        #expect(open(2) == .refused(.insufficientResources, breaks: []))
    }
}
