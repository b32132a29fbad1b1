import Client
import Glibc
import Testing

@testable import Mount

@Suite struct MountErrnoTests {
    private func number(_ kind: ClientError.Kind, _ status: UInt32? = nil) -> Int32 {
        MountErrno(ClientError(kind, reason: "", status: status)).rawValue
    }

    @Test func theServersWordGoesBeforeTheKind() {
        #expect(number(.other, 0xC000_0101) == ENOTEMPTY)
        #expect(number(.refused, 0xC000_00BA) == EISDIR)
        #expect(number(.notFound, 0xC000_0103) == ENOTDIR)
        #expect(number(.other, 0xC000_0106) == ENAMETOOLONG)
        #expect(number(.other, 0xC000_007F) == ENOSPC)
    }

    @Test func unknownStatusesGoByTheirKind() {
        #expect(number(.busy, 0xC123_4567) == EBUSY)
        #expect(number(.network) == EIO)
        #expect(number(.cancelled) == EINTR)
        #expect(number(.notFound) == ENOENT)
    }

    @Test func otherErrorsHaveNumbersToo() {
        #expect(MountErrno(MountErrno(ESTALE) as any Error).rawValue == ESTALE)
        #expect(MountErrno(CancellationError()).rawValue == EINTR)
    }
}
