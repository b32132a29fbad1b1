/// What a CREATE asks of a file that is there: everything that other opens can object to.
public struct FileOpenRequest: Hashable, Sendable {
    /// The caching that the client wants.
    public enum CacheWish: Hashable, Sendable {
        case none
        case oplock(Caching)
        case lease(LeaseWish)
    }

    /// A lease context (MS-SMB2 2.2.13.2.8, 2.2.13.2.10).
    public struct LeaseWish: Hashable, Sendable {
        public var id: LeaseID
        public var state: Caching
        public var isVersion2: Bool
        public var epoch: UInt16
        /// Of the lease on the directory, which the client is told again.
        public var parentKey: UInt128?

        public init(
            id: LeaseID,
            state: Caching,
            isVersion2: Bool = false,
            epoch: UInt16 = 0,
            parentKey: UInt128? = nil
        ) {
            self.id = id
            self.state = state
            self.isVersion2 = isVersion2
            self.epoch = epoch
            self.parentKey = parentKey
        }
    }

    public var open: OpenID
    /// Folded, so that names equal to a client compare equal; nil for the file itself.
    public var stream: String?
    /// The access that will be granted (MS-SMB2 2.2.13.1), generic bits resolved.
    public var access: UInt32
    public var shareAccess: UInt32
    /// SUPERSEDE, OVERWRITE, OVERWRITE_IF: cached data becomes wrong.
    public var replacesContents: Bool
    public var deletesOnClose: Bool
    public var isDirectory: Bool
    public var cacheWish: CacheWish

    public init(
        open: OpenID,
        stream: String? = nil,
        access: UInt32,
        shareAccess: UInt32,
        replacesContents: Bool = false,
        deletesOnClose: Bool = false,
        isDirectory: Bool = false,
        cacheWish: CacheWish = .none
    ) {
        self.open = open
        self.stream = stream
        self.access = access
        self.shareAccess = shareAccess
        self.replacesContents = replacesContents
        self.deletesOnClose = deletesOnClose
        self.isDirectory = isDirectory
        self.cacheWish = cacheWish
    }

    var leaseID: LeaseID? {
        if case .lease(let wish) = cacheWish { return wish.id }
        return nil
    }
}
