public import SMBMessages
public import SMBSecurity
public import Wire

/// What the server offers and demands; fixed for the server's life.
public struct ServerConfiguration: Sendable {
    public var shares: [Share]
    public var accounts: any AccountDirectory
    /// A user name nobody knows becomes the guest, who may neither sign nor encrypt.
    public var allowGuest = false
    public var requireSigning = false
    public var requireEncryption = false
    /// What NTLM and NetrServerGetInfo call the machine.
    public var names: ServerNames
    public var serverGUID: GUID
    public var limits = ServerLimits()
    /// Network interfaces that clients can reach by RDMA at the moment, by index, and the bits per
    /// second of the devices behind them. Called on any reactor.
    public var rdmaInterfaces: @Sendable () -> [UInt32: UInt64] = { [:] }

    /// What clients are told of the network in place of the machine's own interfaces.
    public var networkInterfaces: (@Sendable () -> [NetworkInterface])?

    /// What READs need not be copied from files for; kept by a `PinKeeper`.
    public var pinnedFiles: PinnedFiles?

    /// READ and WRITE never find their bytes at hand: the threads for disks do them all.
    public var alwaysUsesFileThreads = false

    public init(
        shares: [Share],
        accounts: any AccountDirectory,
        names: ServerNames,
        serverGUID: GUID
    ) {
        self.shares = shares
        self.accounts = accounts
        self.names = names
        self.serverGUID = serverGUID
    }
}
