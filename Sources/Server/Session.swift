import SMBMessages
import SMBSecurity
import SMBState

/// An authenticated security context (MS-SMB2 3.3.1.8), reachable over one or more channels.
///
/// All channels of a session come from one ClientGuid, hence live on one reactor: nothing here is
/// shared between threads.
final class Session {
    let sessionID: UInt64
    var state = SessionState.inProgress
    var identity: Identity?
    /// The user proved to be nobody since: what is open stays, and nothing else is opened.
    var isDemoted = false
    /// The dialect family's keys come from this; 16 bytes, or more with Kerberos.
    var sessionKey: [UInt8] = []
    var signingRequired = false
    var encryptsData = false
    var cipher: CipherContext?
    /// One per connection that may use the session.
    var channels: [Channel] = []
    /// Session.SigningKey: of the first channel, and for binding others.
    var signing: SigningContext?
    /// Of the connection that the session began on.
    var negotiation: Negotiation?
    /// Authentications under way, one per connection.
    var pendingAuthentications: [PendingAuthentication] = []
    var opens: SlotTable<Open>
    private(set) var trees: [UInt32: TreeConnect] = [:]
    private var nextTreeID: UInt32 = 1
    let limits: ServerLimits
    /// The thread's table; gone only when the server is.
    weak var shard: Shard?
    /// When it was made, for NetrSessionEnum and the logs; reactor nanoseconds.
    let createdAt: UInt64
    /// Whether opens survive; set while the session is being torn down.
    private(set) var isClosed = false

    init(sessionID: UInt64, limits: ServerLimits, createdAt: UInt64) {
        self.sessionID = sessionID
        self.limits = limits
        self.createdAt = createdAt
        opens = SlotTable(countMax: limits.opensPerSessionMax)
    }

    /// Guests and the anonymous hold no key: they neither sign nor encrypt.
    var isAuthenticatedUser: Bool {
        guard let identity else { return false }
        return identity.kind == .user
    }

    /// Lower case, as names are compared.
    var userName: String { identity?.user.lowercased() ?? "" }

    func pendingAuthentication(on connection: Connection) -> PendingAuthentication? {
        pendingAuthentications.first { $0.connection === connection }
    }

    /// No connection has the session, nor is one about to.
    var isUnreachable: Bool { channels.isEmpty && pendingAuthentications.isEmpty }

    func channel(of connection: Connection) -> Channel? {
        for channel in channels where channel.connection === connection { return channel }
        return nil
    }

    func tree(_ treeID: UInt32) -> TreeConnect? { trees[treeID] }

    var allTrees: [TreeConnect] { trees.values.sorted { $0.treeID < $1.treeID } }

    /// A new tree connect; `nil` when the session holds as many as it may.
    func addTree(share: Share, maximalAccess: AccessMask) -> TreeConnect? {
        guard trees.count < limits.treesPerSessionMax else { return nil }
        while nextTreeID == 0 || nextTreeID == .max || trees[nextTreeID] != nil { nextTreeID &+= 1 }
        let tree = TreeConnect(
            treeID: nextTreeID,
            share: share,
            session: self,
            maximalAccess: maximalAccess
        )
        trees[nextTreeID] = tree
        nextTreeID &+= 1
        return tree
    }

    /// MS-SMB2 3.3.5.8: the tree's opens are closed with it.
    func disconnect(_ tree: TreeConnect) {
        for open in opens.elements where open.tree === tree { open.close() }
        trees[tree.treeID] = nil
    }

    /// Closes what does not outlive the session (MS-SMB2 3.3.7.1, 3.3.5.6).
    func closeOpens() {
        for open in opens.elements where !open.preserve() { open.close() }
    }

    /// Ends everything that the session holds.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        closeOpens()
        trees.removeAll()
        channels.removeAll()
        pendingAuthentications.removeAll()
    }
}
