import CSystem
import Descriptors
import Glibc
import Testing

@Suite("Descriptors")
struct DescriptorsTests {
    @Test func errorsHaveTheLibrarysWords() {
        #expect(Errno.noSuchFileOrDirectory.description == "No such file or directory")
        #expect(Errno(rawValue: 4095).description == "error 4095")
    }

    @Test func aNegatedErrorNumberIsThrown() {
        #expect(throws: Errno.wouldBlock) { try Errno.check(Int32(-EAGAIN)) }
        #expect(throws: Errno.badDescriptor) { try Errno.checkC(close(-1)) }
    }

    @Test func anOwnerClosesItsDescriptor() throws {
        let number: Int32
        do {
            let descriptor = FileDescriptor(owning: try Errno.check(csystem_eventfd()))
            number = descriptor.rawValue
            #expect(fcntl(number, F_GETFD) >= 0)
        }
        #expect(fcntl(number, F_GETFD) == -1)
    }

    @Test func closingTwiceIsReported() throws {
        let descriptor = FileDescriptor(owning: try Errno.check(csystem_eventfd()))
        let number = descriptor.rawValue
        try descriptor.close()
        #expect(fcntl(number, F_GETFD) == -1)
    }

    @Test func resolutionStaysBeneathTheRoot() throws {
        let opened = unsafe csystem_openat(AT_FDCWD, "/tmp", O_RDONLY | O_DIRECTORY, 0)
        let root = FileDescriptor(owning: try Errno.check(opened))
        let escaped = unsafe csystem_openat2(
            root.rawValue,
            "../etc/passwd",
            UInt64(O_RDONLY),
            0,
            csystem_resolve_beneath,
        )
        #expect(throws: Errno.crossDeviceLink) { try Errno.check(escaped) }
    }

    @Test func processorsAndClockAreThere() {
        #expect(csystem_processor_count() >= 1)
        let first = csystem_monotonic_nanoseconds()
        #expect(csystem_monotonic_nanoseconds() >= first)
    }
}
