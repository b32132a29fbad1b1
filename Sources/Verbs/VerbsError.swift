public import Descriptors

/// A call of libibverbs or librdmacm failed.
public struct VerbsError: Error, Hashable, Sendable {
    public let errno: Errno
    /// The C function.
    public let call: String

    public init(_ errno: Errno, call: String) {
        self.errno = errno
        self.call = call
    }
}

extension VerbsError: CustomStringConvertible {
    public var description: String { "\(call): \(errno)" }
}
