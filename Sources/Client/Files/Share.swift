internal import SMBMessages
internal import Wire

/// A connected share: the root of what one `Session` can read and change there.
public final class Share: Sendable {
    public let session: Session
    public let name: String
    let route: Route
    /// The most that this user may do on the share.
    let maximalAccess: AccessMask

    init(session: Session, name: String, route: Route, response: TreeConnectResponse) {
        self.session = session
        self.name = name
        self.route = route
        maximalAccess = response.maximalAccess
    }

    /// Whether nothing can be changed, as far as the server says.
    public var isReadOnly: Bool {
        !maximalAccess.contains(.writeData) && !maximalAccess.contains(.genericAll)
            && !maximalAccess.contains(.genericWrite) && !maximalAccess.contains(.maximumAllowed)
    }

    var channels: Channels { session.channels }

    /// CREATE, what `operations` do with the open file, and CLOSE, in one round trip.
    ///
    /// The operations name the file as `FileID.previous`.
    func compound(
        _ create: CreateRequest,
        _ operations: [Request] = []
    ) async throws(ClientError) -> (
        created: CreateResponse, replies: [Reply], wasRepeated: Bool
    ) {
        var requests = [Request(.create, route: route) { create.encode(to: &$0) }]
        requests += operations.map { $0.related() }
        requests.append(Self.close(.previous, route: route).related())
        let outcome = try await channels.exchange(requests)
        let replies = outcome.replies
        let created = try Self.repeatable(outcome.wasRepeated) { () throws(ClientError) in
            try Self.created(replies[0])
        }
        return (created, Array(replies[1..<replies.count - 1]), outcome.wasRepeated)
    }

    /// Marks an error that may be the answer to a request carried out before.
    static func repeatable<Value>(
        _ wasRepeated: Bool,
        _ body: () throws(ClientError) -> Value
    ) throws(ClientError) -> Value {
        do throws(ClientError) {
            return try body()
        } catch {
            var error = error
            error.followsRepetition = wasRepeated
            throw error
        }
    }

    static func created(_ reply: Reply) throws(ClientError) -> CreateResponse {
        try reply.decode("answer to an open") { reader throws(WireError) in
            try CreateResponse(from: &reader)
        }
    }

    static func close(_ fileID: FileID, route: Route) -> Request {
        let body = CloseRequest(fileID: fileID)
        return Request(.close, route: route) { body.encode(to: &$0) }
    }

    /// For the file that the request before it has opened.
    static func setInfo(_ information: some FileInformation, route: Route) -> Request {
        let body = setInfoRequest(information)
        return Request(.setInfo, route: route) { body.encode(to: &$0) }
    }

    static func setInfo(_ information: some FileInformation, of open: OpenFile) -> Request {
        let body = setInfoRequest(information)
        return Request(.setInfo, on: open) { fileID, writer in
            var body = body
            body.fileID = fileID
            body.encode(to: &writer)
        }
    }

    private static func setInfoRequest(_ information: some FileInformation) -> SetInfoRequest {
        SetInfoRequest(
            infoType: .file,
            informationClass: type(of: information).informationClass.rawValue,
            fileID: .previous,
            input: information.encoded()
        )
    }

    static func standardQuery(of open: OpenFile) -> Request {
        Request(.queryInfo, on: open) { fileID, writer in
            QueryInfoRequest(
                infoType: .file,
                informationClass: FileInformationClass.standard.rawValue,
                outputBufferLength: UInt32(StandardInformation.fixedSize),
                fileID: fileID
            ).encode(to: &writer)
        }
    }

    static func endOfFile(_ reply: Reply) throws(ClientError) -> UInt64 {
        try reply.decode("file information") { reader throws(WireError) in
            let output = try QueryInfoResponse(from: &reader).output
            return try withReader(over: output) { reader throws(WireError) in
                try StandardInformation(from: &reader).endOfFile
            }
        }
    }

    static func shown(_ path: RemotePath) -> String {
        path.isRoot ? "the root of the share" : "'\(EntryName.shown(path.description))'"
    }
}
