public import SMBMessages

/// Opens that survive their connection, and CREATE requests that may be repeated
/// (MS-SMB2 3.3.5.9, 3.3.5.9.10, 3.3.7.1).
///
/// All threads of the server share it, so it stands behind a lock; it is asked only by a CREATE
/// that speaks of durability, and when a session ends.
public struct DurableTable: Sendable {
    /// Opens that wait for their client, of the whole server; beyond, they are closed.
    public static let disconnectedMaxDefault = 4096

    /// Names a CREATE: the client and the CreateGuid that it chose.
    public struct CreateName: Hashable, Sendable {
        public var client: UInt128
        public var createGUID: UInt128

        public init(client: UInt128, createGUID: UInt128) {
            self.client = client
            self.createGUID = createGUID
        }
    }

    private enum Known: Sendable {
        /// The original waits for somebody.
        case atWork
        case done(OpenID)
    }

    /// What a CREATE with a name of its own meets.
    public enum CreateVerdict: Hashable, Sendable {
        /// Go on; `endCreate` or `add` follows.
        case proceed
        /// It was done before: answer with this open.
        case repeated(OpenID)
        case refused(NTStatus)
    }

    public let disconnectedMax: Int
    private(set) var opens: [OpenID: DurableOpen] = [:]
    private var creates: [CreateName: Known] = [:]
    public private(set) var disconnectedCount = 0

    public init(disconnectedMax: Int = Self.disconnectedMaxDefault) {
        self.disconnectedMax = disconnectedMax
    }

    public var count: Int { opens.count }
    public var createCount: Int { creates.count }

    // MARK: CREATE

    /// MS-SMB2 3.3.5.9 (Create Context Validation), 3.3.5.9.10.
    public mutating func beginCreate(
        _ name: CreateName,
        isReplay: Bool,
        user: String,
        session: UInt64,
        leaseKey: UInt128?
    ) -> CreateVerdict {
        switch creates[name] {
        case nil:
            creates[name] = .atWork
            return .proceed
        case .atWork:
            return .refused(isReplay ? .fileNotAvailable : .duplicateObjectID)
        case .done(let id):
            guard isReplay else { return .refused(.duplicateObjectID) }
            guard let open = opens[id], open.user == user, open.lease?.key == leaseKey else {
                return .refused(.accessDenied)
            }
            guard open.session == session else { return .refused(.duplicateObjectID) }
            return .repeated(id)
        }
    }

    /// The CREATE came to nothing.
    public mutating func endCreate(_ name: CreateName) {
        if case .atWork = creates[name] { creates[name] = nil }
    }

    /// A CREATE made an open that can be had again. Without `isReplayEligible` a repetition of it
    /// is a CREATE like any other.
    public mutating func add(_ open: DurableOpen, isReplayEligible: Bool) {
        if let guid = open.createGUID {
            let name = CreateName(client: open.client, createGUID: guid)
            creates[name] = isReplayEligible ? .done(open.open) : nil
        }
        if open.isDurable || isReplayEligible { opens[open.open] = open }
    }

    /// Open.IsReplayEligible ends with the first request that uses the open: its client has seen
    /// the answer.
    public mutating func endReplay(_ id: OpenID) {
        guard let open = opens[id] else { return }
        forgetCreate(of: open)
        if !open.isDurable { opens[id] = nil }
    }

    private mutating func forgetCreate(of open: DurableOpen) {
        guard let guid = open.createGUID else { return }
        let name = CreateName(client: open.client, createGUID: guid)
        if case .done(open.open) = creates[name] { creates[name] = nil }
    }

    // MARK: The end of a session, and of an open

    /// MS-SMB2 3.3.7.1: the open stays without a session; false where there is no room for it.
    public mutating func disconnect(_ id: OpenID) -> Bool {
        guard let open = opens[id], open.isDurable, disconnectedCount < disconnectedMax else {
            return false
        }
        guard open.session != nil else { return true }
        opens[id]?.session = nil
        disconnectedCount += 1
        return true
    }

    /// The open is closed.
    public mutating func remove(_ id: OpenID) {
        guard let open = opens.removeValue(forKey: id) else { return }
        if open.session == nil { disconnectedCount -= 1 }
        forgetCreate(of: open)
    }

    /// The session that has the open, or claimed it.
    public func session(of id: OpenID) -> UInt64? { opens[id]?.session }

    // MARK: Where opens are

    /// The thread that an open lives on.
    public func home(of id: OpenID) -> Int? { opens[id]?.shard }

    public mutating func move(_ id: OpenID, to shard: Int) { opens[id]?.shard = shard }

    /// Gives the open to a session; only `claim` may.
    mutating func connect(_ id: OpenID, to session: UInt64) {
        opens[id]?.session = session
        disconnectedCount -= 1
    }
}
