public import SMBMessages

/// A CREATE that takes an open up again (MS-SMB2 3.3.5.9.7, 3.3.5.9.12).
public struct DurableClaim: Hashable, Sendable {
    public var open: OpenID
    public var client: UInt128
    public var user: String
    public var session: UInt64
    /// Of the second version; nil in the first, which has none.
    public var createGUID: UInt128?
    public var isVersion2: Bool { createGUID != nil }
    /// SMB2_DHANDLE_FLAG_PERSISTENT.
    public var wantsPersistent: Bool
    /// Of the lease context beside it.
    public var lease: DurableOpen.Lease?
    public var fileName: String

    public init(
        open: OpenID,
        client: UInt128,
        user: String,
        session: UInt64,
        createGUID: UInt128? = nil,
        wantsPersistent: Bool = false,
        lease: DurableOpen.Lease? = nil,
        fileName: String = ""
    ) {
        self.open = open
        self.client = client
        self.user = user
        self.session = session
        self.createGUID = createGUID
        self.wantsPersistent = wantsPersistent
        self.lease = lease
        self.fileName = fileName
    }
}

extension DurableTable {
    /// Gives the open to the session, or says why not. `caching` is what the open holds now.
    public mutating func claim(_ claim: DurableClaim, caching: OpenCaching?) -> NTStatus {
        guard let open = opens[claim.open], let caching, isSame(claim, open),
            open.isDurable, open.session == nil, caching.keepsHandle
        else { return .objectNameNotFound }
        guard open.lease == claim.lease else { return .objectNameNotFound }
        let isOtherName =
            open.lease != nil && !open.deletesOnClose && open.fileName != claim.fileName
        if isOtherName || claim.wantsPersistent { return .invalidParameter }
        guard open.user == claim.user else { return .accessDenied }
        connect(claim.open, to: claim.session)
        return .success
    }

    private func isSame(_ claim: DurableClaim, _ open: DurableOpen) -> Bool {
        if open.lease != nil, open.client != claim.client { return false }
        // An open of the first version has the CreateGuid zero.
        return !claim.isVersion2 || open.createGUID ?? 0 == claim.createGUID
    }
}
