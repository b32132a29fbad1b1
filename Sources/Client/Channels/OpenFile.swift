internal import SMBMessages
internal import Wire

/// An open of a session: the name that the server has for it at the moment, and what it takes to
/// get it back when the session has to be made anew. Confined to the reactor's thread.
final class OpenFile: @unchecked Sendable {
    /// What tells whether a name still leads to the file that was opened.
    struct Identity: Equatable {
        var byteCount: UInt64
        var modified: UInt64
        var onDiskID: [UInt8]?

        init(_ response: CreateResponse) {
            byteCount = response.endOfFile
            modified = response.lastWriteTime.rawValue
            onDiskID = response.contexts.data(of: .onDiskID)
        }
    }

    /// Long enough for a client to give up before its server does.
    static let durableMilliseconds: UInt32 = 60_000

    let route: Route
    private var create: CreateRequest
    /// Whether the server shall keep the open while there is no connection (MS-SMB2 3.2.4.3.5),
    /// and carry out a CREATE once that comes twice. For dialects from 3.0 on.
    let wantsDurable: Bool
    /// Nothing is changed through this open, so the same file can as well be opened again.
    let isForReading: Bool
    /// The caller goes on with the file of this number, whatever was changed in it meanwhile.
    var goesByNumber = false
    private(set) var createGUID: GUID
    private(set) var fileID = FileID(persistent: 0, volatile: 0)
    private(set) var oplock = OplockLevel.none
    private(set) var isDurable = false
    private(set) var identity: Identity?
    /// Why the open could not be had back.
    private(set) var failure: ClientError?
    /// The name that the file has if a renaming under way succeeds, or has succeeded.
    private var nextName: String?
    /// Where the session keeps it; negative when it does not.
    var place = -1

    init(
        route: Route,
        create: CreateRequest,
        wantsDurable: Bool,
        isForReading: Bool,
        createGUID: GUID
    ) {
        self.route = route
        self.create = create
        self.wantsDurable = wantsDurable
        self.isForReading = isForReading
        self.createGUID = createGUID
    }

    /// The open that a script in a test knows already.
    convenience init(route: Route, fileID: FileID) {
        let create = CreateRequest(
            name: "",
            desiredAccess: [],
            shareAccess: .all,
            disposition: .open
        )
        self.init(
            route: route,
            create: create,
            wantsDurable: false,
            isForReading: false,
            createGUID: .zero
        )
        self.fileID = fileID
    }

    /// The server was asked to give the file this name, and may have done it.
    func moving(to name: String) { nextName = name }

    /// The server has answered: the file has the other name, or still its own.
    func moved(_ isMoved: Bool) {
        if isMoved, let nextName { create.name = nextName }
        nextName = nil
    }

    /// The CREATE is sent as if it were the first.
    func renew(createGUID: GUID) { self.createGUID = createGUID }

    /// MS-SMB2 3.2.4.3.5: a durable open needs a batch oplock. The file's number on the disk tells
    /// later whether a name still leads to it.
    var request: CreateRequest { request(createGUID: createGUID) }

    func request(createGUID: GUID) -> CreateRequest {
        guard wantsDurable else { return create }
        var request = create
        request.requestedOplock = .batch
        request.contexts += [
            DurableV2Request(
                timeoutMilliseconds: Self.durableMilliseconds,
                flags: [],
                createGUID: createGUID
            ).context,
            CreateContext(name: .onDiskID),
        ]
        return request
    }

    /// MS-SMB2 3.2.4.4: under each name that the file may have at the server.
    var reconnections: [CreateRequest] {
        [create.name, nextName].compactMap { $0.map { reconnection(as: $0) } }
    }

    /// The same file once more, as it is by now.
    func again(createGUID: GUID) -> CreateRequest {
        var request = request(createGUID: createGUID)
        request.disposition = .open
        return request
    }

    private func reconnection(as name: String) -> CreateRequest {
        var request = create
        request.name = name
        request.requestedOplock = .batch
        // What is there already must not be emptied or made again.
        request.disposition = .open
        request.contexts += [
            DurableV2ReconnectRequest(fileID: fileID, createGUID: createGUID).context
        ]
        return request
    }

    /// The first CREATE has succeeded.
    func opened(_ response: CreateResponse) {
        identity = Identity(response)
        take(response)
        isDurable = response.contexts.data(of: .durableRequestV2) != nil
    }

    /// The durable open is there again.
    func reconnected(_ response: CreateResponse) { take(response) }

    /// Another open of the same file is as good as the lost one.
    func reopened(_ response: CreateResponse, createGUID: GUID) {
        self.createGUID = createGUID
        take(response)
        isDurable = response.contexts.data(of: .durableRequestV2) != nil
    }

    private func take(_ response: CreateResponse) {
        fileID = response.fileID
        oplock = response.oplock
    }

    /// Whether this is the file that was opened first, unchanged.
    func isSame(_ response: CreateResponse) -> Bool {
        guard let identity else { return false }
        let now = Identity(response)
        if goesByNumber { return now.onDiskID != nil && now.onDiskID == identity.onDiskID }
        return now.byteCount == identity.byteCount && now.modified == identity.modified
            && (now.onDiskID == nil || identity.onDiskID == nil
                || now.onDiskID == identity.onDiskID)
    }

    func lose(_ error: ClientError) { failure = failure ?? error }

    /// Gives up the oplock, and with it the right to come back; true when the server wants to
    /// hear of it (MS-SMB2 3.2.5.19.1).
    func giveUp(_ level: OplockLevel) -> Bool {
        let mustAnswer = oplock == .batch || oplock == .exclusive
        oplock = level
        isDurable = false
        return mustAnswer
    }
}
