internal import SMBMessages
internal import Wire

/// A request that is made by an `async` caller: one of a compound, or alone.
///
/// Bulk reads and writes do not go this way; see `ReadStream` and `WriteStream`.
struct Request: Sendable {
    var command: Command
    var route = Route()
    /// Goes on with the session, tree and file of the request before it.
    var isRelated = false
    /// The larger of the bytes sent and the bytes that the answer may hold.
    var payloadCount = 0
    /// Overrides the session of the link while it is being set up.
    var sessionID: UInt64?
    /// Signed even where the session does not sign everything.
    var mustBeSigned = false
    /// False for what goes on from a state at the server that a second time would change, such as
    /// the next page of a listing: when its link is lost, its caller begins anew.
    var isRepeatable = true
    /// The open that the request is about; a request without it is about none, or about one that
    /// its own compound makes.
    var open: OpenFile?
    /// The open that a CREATE makes, or that a CLOSE ends.
    var opens: OpenFile?
    var closes: OpenFile?
    /// The name that the file of `open` has afterwards.
    var newName: String?
    var encode: @Sendable (inout WireWriter) -> Void

    init(
        _ command: Command,
        route: Route = Route(),
        payloadCount: Int = 0,
        _ encode: @escaping @Sendable (inout WireWriter) -> Void
    ) {
        self.command = command
        self.route = route
        self.payloadCount = payloadCount
        self.encode = encode
    }

    /// About an open file, whose name at the server may change between encodings.
    init(
        _ command: Command,
        on open: OpenFile,
        payloadCount: Int = 0,
        _ encode: @escaping @Sendable (FileID, inout WireWriter) -> Void
    ) {
        self.init(command, route: open.route, payloadCount: payloadCount) {
            encode(open.fileID, &$0)
        }
        self.open = open
    }

    func related() -> Request {
        var request = self
        request.isRelated = true
        return request
    }
}

/// An answer, copied out of the receive buffer.
struct Reply: Sendable {
    var header: Header
    /// From the header to the end of this command.
    var message: [UInt8]

    var status: NTStatus { header.status }

    /// Decodes the body with `body`, after checking that the status is one of success.
    func decode<Body>(
        accepting accepted: [NTStatus] = [.success],
        _ what: String,
        _ body: (inout WireReader) throws(WireError) -> Body
    ) throws(ClientError) -> Body {
        guard accepted.contains(status) else { throw ClientError(status: status) }
        do {
            return try withReader(over: message) { reader throws(WireError) in
                try reader.skip(Header.size)
                return try body(&reader)
            }
        } catch {
            throw ClientError.malformed(error, what)
        }
    }

    func check() throws(ClientError) {
        guard status == .success else { throw ClientError(status: status) }
    }
}
