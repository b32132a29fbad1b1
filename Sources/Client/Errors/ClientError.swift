/// Why something could not be done, in words that name what to do about it.
public struct ClientError: Error, Hashable, Sendable {
    /// What a program can do about it.
    public enum Kind: Hashable, Sendable {
        /// The server does not accept this user and password.
        case authentication
        case notFound
        case exists
        /// The user may not do this, or the share or file is read-only.
        case refused
        /// Another program holds the file in a way that excludes this.
        case busy
        case diskFull
        /// The server cannot be reached, went away, or does not answer.
        case network
        /// The peer breaks the protocol, or somebody changes messages on the way.
        case protocolViolation
        case unsupported
        /// The source changed while it was copied.
        case changed
        /// Something on this machine failed: a local file, memory.
        case local
        case cancelled
        case other
    }

    public var kind: Kind
    /// What was being done: "open 'a/b'".
    public var action: String
    /// What went wrong and what to do.
    public var reason: String
    /// The NTSTATUS that the server answered, and its name in MS-ERREF.
    public var status: UInt32?
    public var statusName: String?
    /// The request was sent twice, because a channel died: the first may have done it already.
    var followsRepetition = false
    /// No connection was to be had for as long as the caller is willing to wait.
    var isFinal = false

    public init(
        _ kind: Kind,
        action: String = "",
        reason: String,
        status: UInt32? = nil,
        statusName: String? = nil
    ) {
        self.kind = kind
        self.action = action
        self.reason = reason
        self.status = status
        self.statusName = statusName
    }

    /// The same failure, named after what the user asked for, if nothing closer was named before.
    public func during(_ action: String) -> ClientError {
        var error = self
        if error.action.isEmpty { error.action = action }
        return error
    }
}

extension ClientError: CustomStringConvertible {
    /// One line: "cannot open 'a/b': no such file; look with penstock ls (STATUS_…)".
    public var description: String {
        let subject = action.isEmpty ? "" : "cannot \(action): "
        let name = statusName.map { " (\($0))" } ?? ""
        return subject + reason + name
    }
}
