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

    var link: Link { session.link }

    /// CREATE, what `operations` do with the open file, and CLOSE, in one round trip.
    ///
    /// The operations name the file as `FileID.previous`.
    func compound(
        _ create: CreateRequest,
        _ operations: [Request] = []
    ) async throws(ClientError) -> (created: CreateResponse, replies: [Reply]) {
        var requests = [Request(.create, route: route) { create.encode(to: &$0) }]
        requests += operations.map { $0.related() }
        requests.append(Self.close(.previous, route: route).related())
        let replies = try await link.exchange(requests).replies
        let created = try Self.created(replies[0])
        return (created, Array(replies[1..<replies.count - 1]))
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

    static func setInfo(
        _ information: some FileInformation,
        of fileID: FileID = .previous,
        route: Route
    ) -> Request {
        let body = SetInfoRequest(
            infoType: .file,
            informationClass: type(of: information).informationClass.rawValue,
            fileID: fileID,
            input: information.encoded()
        )
        return Request(.setInfo, route: route) { body.encode(to: &$0) }
    }

    static func standardQuery(of fileID: FileID, route: Route) -> Request {
        let query = QueryInfoRequest(
            infoType: .file,
            informationClass: FileInformationClass.standard.rawValue,
            outputBufferLength: UInt32(StandardInformation.fixedSize),
            fileID: fileID
        )
        return Request(.queryInfo, route: route) { query.encode(to: &$0) }
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
