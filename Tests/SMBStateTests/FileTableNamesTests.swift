import SMBState
import Testing

private let directory = FileKey(device: 1, inode: 9)

@Suite struct FileTableNamesTests {
    var table = FileTable()

    private mutating func open(_ id: UInt64, access: UInt32) {
        let request = FileOpenRequest(open: OpenID(id), access: access, shareAccess: 7)
        guard case .granted = table.open(directory, request, waiter: WaiterID(id)) else {
            Issue.record("the open was to be granted")
            return
        }
    }

    /// smbtorture smb2.oplock.exclusive6: the parent is open for deletion, then without.
    @Test mutating func aMomentaryOpenSeesSharing() {
        #expect(!table.wouldConflict(directory, access: 0x2, shareAccess: 3))
        open(1, access: 0x001F_01FF)
        #expect(table.wouldConflict(directory, access: 0x2, shareAccess: 3))
        _ = table.close(OpenID(1))
        open(2, access: 0x001E_01FF)
        #expect(!table.wouldConflict(directory, access: 0x2, shareAccess: 3))
    }

    @Test mutating func findsOpensBelow() {
        open(1, access: 0x1)
        open(2, access: 0x1)
        table.setPath("share\\dir", of: OpenID(1))
        #expect(!table.hasOpens(below: "share\\dir"))
        table.setPath("share\\dirt\\file", of: OpenID(2))
        #expect(!table.hasOpens(below: "share\\dir"))
        table.setPath("share\\dir\\sub\\file", of: OpenID(2))
        #expect(table.hasOpens(below: "share\\dir"))
        _ = table.close(OpenID(2))
        #expect(!table.hasOpens(below: "share\\dir"))
        table.setPath("share\\dir\\x", of: OpenID(2))
        #expect(!table.hasOpens(below: "share\\dir"))
    }
}
