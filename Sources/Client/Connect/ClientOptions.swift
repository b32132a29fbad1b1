/// Which transports may be used.
public enum TransportChoice: String, Hashable, Sendable, CaseIterable {
    /// TCP first, RDMA besides where both ends have it.
    case auto
    /// RDMA alone, from the first connection on.
    case rdma
    /// One TCP connection.
    case tcp
}

/// How to use a server.
public struct ClientOptions: Hashable, Sendable {
    /// The SMB dialects that this client speaks.
    public enum Dialect: UInt16, Hashable, Sendable, Comparable, CaseIterable {
        case smb210 = 0x0210
        case smb300 = 0x0300
        case smb302 = 0x0302
        case smb311 = 0x0311

        public static func < (left: Dialect, right: Dialect) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// Sign every message, and believe no answer without a signature.
    public var signs = true
    /// Tell the server that signatures are demanded, not only made: then a fabric places no data
    /// without a signature of its own.
    public var requiresSigning = false
    /// Encrypt everything, whatever server and share demand.
    public var encrypts = false
    /// Be content with a session as a guest.
    public var acceptsGuest = false
    /// Give up when the server is silent for so long.
    public var timeoutSeconds = 30
    /// The best dialect to offer.
    public var dialectMax = Dialect.smb311
    /// Bytes of one read or write request, as far as the server allows.
    public var blockByteCount = 1 << 20
    /// Read or write requests in flight for one file.
    public var depth = 8
    /// How often a lost connection is made again before a copy is given up.
    public var reconnectsMax = 5
    /// How the bytes travel.
    public var transport = TransportChoice.auto
    /// Where the server listens on iWARP devices.
    public var iwarpPort = Endpoint.defaultIWARPPort
    /// Ask for the SMB 3.1.1 POSIX extensions: modes, owners, names that differ in case alone.
    public var usesPOSIX = false
    /// Make a new session with whatever server answers at the address after all connections were
    /// lost, such as the same one started anew; it is told nothing that the first was not told.
    public var followsRestarts = false
    /// Requests wait so long for a channel when the last one is lost; zero for not at all.
    public var deadlineSeconds = 30

    public init() {}
}
