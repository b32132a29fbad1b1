/// What the server remembers of an open that can be had again: by a repetition of its CREATE, or
/// by a client that comes back (MS-SMB2 3.3.1.10).
public struct DurableOpen: Hashable, Sendable {
    /// Of a lease only what never changes; its state is the file table's.
    public struct Lease: Hashable, Sendable {
        public var key: UInt128
        public var isVersion2: Bool

        public init(key: UInt128, isVersion2: Bool) {
            self.key = key
            self.isVersion2 = isVersion2
        }
    }

    public var open: OpenID
    /// Open.ClientGuid.
    public var client: UInt128
    /// Open.DurableOwner, folded.
    public var user: String
    /// Open.CreateGuid: of the second version only.
    public var createGUID: UInt128?
    public var lease: Lease?
    /// Lease.FileName, folded, the share before it.
    public var fileName: String
    /// Lease.FileDeleteOnClose: the name may be another's already.
    public var deletesOnClose: Bool
    public var isDurable: Bool
    /// Open.Session; nil while the open waits for its client.
    public var session: UInt64?
    /// The thread that the open lives on.
    public var shard: Int

    public init(
        open: OpenID,
        client: UInt128,
        user: String,
        createGUID: UInt128? = nil,
        lease: Lease? = nil,
        fileName: String = "",
        deletesOnClose: Bool = false,
        isDurable: Bool = true,
        session: UInt64?,
        shard: Int = 0
    ) {
        self.open = open
        self.client = client
        self.user = user
        self.createGUID = createGUID
        self.lease = lease
        self.fileName = fileName
        self.deletesOnClose = deletesOnClose
        self.isDurable = isDurable
        self.session = session
        self.shard = shard
    }
}
