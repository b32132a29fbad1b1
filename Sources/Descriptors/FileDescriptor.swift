internal import Glibc

/// An open file, socket or event source, closed when its owner lets go of it.
public struct FileDescriptor: ~Copyable, Sendable {
    /// The number that system calls take. It is valid only as long as this value lives.
    public let rawValue: Int32

    /// Takes over a descriptor that nobody else will close.
    public init(owning rawValue: Int32) {
        precondition(rawValue >= 0)
        self.rawValue = rawValue
    }

    deinit { _ = Glibc.close(rawValue) }

    /// Closes now and reports what a deferred write failed with, which `deinit` cannot.
    public consuming func close() throws(Errno) {
        let descriptor = rawValue
        discard self
        try Errno.checkC(Glibc.close(descriptor))
    }

    /// Gives the number away; the caller closes it.
    public consuming func release() -> Int32 {
        let descriptor = rawValue
        discard self
        return descriptor
    }
}
