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
        let ends = try Self.connected()
        defer { close(ends.reading) }
        do {
            let writer = FileDescriptor(owning: ends.writing)
            #expect(Self.read(ends.reading) == .failure(.wouldBlock))
            _ = consume writer
        }
        #expect(Self.read(ends.reading) == .success(0))
    }

    @Test func closingIsAtOnce() throws {
        let ends = try Self.connected()
        defer { close(ends.reading) }
        let writer = FileDescriptor(owning: ends.writing)
        try writer.close()
        #expect(Self.read(ends.reading) == .success(0))
    }

    @Test func whoGivesADescriptorAwayDoesNotCloseIt() throws {
        let ends = try Self.connected()
        defer { close(ends.reading) }
        let writer = FileDescriptor(owning: ends.writing)
        let number = writer.release()
        #expect(Self.read(ends.reading) == .failure(.wouldBlock))
        close(number)
        #expect(Self.read(ends.reading) == .success(0))
    }

    /// Whether the writing end is closed shows at the reading end. Its number says nothing: other
    /// threads of this process may have it again at once.
    private static func connected() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        _ = try Errno.checkC(unsafe socketpair(AF_UNIX, Int32(kind), 0, &ends))
        return (ends[0], ends[1])
    }

    /// How many bytes there are to read: none at the end, an error before it.
    private static func read(_ descriptor: Int32) -> Result<Int, Errno> {
        var byte: UInt8 = 0
        let count = unsafe Glibc.read(descriptor, &byte, 1)
        return Result { () throws(Errno) in try Errno.checkC(count) }
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
