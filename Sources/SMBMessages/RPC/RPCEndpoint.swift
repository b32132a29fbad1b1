/// An interface that answers calls (C706 6.1.3): arguments in, results out, no state between calls.
public protocol RPCEndpoint: Sendable {
    var interface: RPCSyntax { get }
    /// The name that its pipe has beneath `\PIPE\`.
    var pipeName: String { get }

    /// Runs one operation on its NDR-encoded arguments.
    func call(operation: UInt16, arguments: [UInt8]) throws(RPCFault) -> [UInt8]
}
