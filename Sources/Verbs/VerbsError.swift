internal import CVerbs
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

    /// Takes the result of a function of librdmacm: -1 and `errno`, or success.
    static func checkConnection(_ result: Int32, _ call: String) throws(VerbsError) {
        if result < 0 { throw VerbsError(.current, call: call) }
    }

    /// Takes the result of a function of libibverbs: an error number, or -1 and `errno`.
    static func check(_ result: Int32, _ call: String) throws(VerbsError) {
        if result == 0 { return }
        throw VerbsError(result > 0 ? Errno(rawValue: result) : .current, call: call)
    }

    /// Makes a descriptor answer rather than wait.
    static func setNonblocking(_ descriptor: Int32) throws(VerbsError) {
        let result = cverbs_set_nonblocking(descriptor)
        if result < 0 { throw VerbsError(Errno(rawValue: -result), call: "fcntl") }
    }
}

extension VerbsError: CustomStringConvertible {
    public var description: String { "\(call): \(errno)" }
}
