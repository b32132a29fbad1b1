/// Operation numbers of the server service (MS-SRVS 3.1.4).
enum ServerServiceOperation {
    static let shareEnumerate: UInt16 = 15
    static let shareGetInfo: UInt16 = 16
    static let serverGetInfo: UInt16 = 21
    static let shareEnumerateSticky: UInt16 = 36
}

/// What the operations return (MS-SRVS 2.2.2, MS-ERREF 2.2).
public struct ServerServiceResult: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let success = ServerServiceResult(rawValue: 0)
    public static let accessDenied = ServerServiceResult(rawValue: 5)
    public static let invalidLevel = ServerServiceResult(rawValue: 124)
    public static let moreData = ServerServiceResult(rawValue: 234)
    /// NERR_NetNameNotFound.
    public static let noSuchShare = ServerServiceResult(rawValue: 2310)
}

/// What this server claims to be where a client wants a version of Windows.
enum WindowsVersion {
    /// PLATFORM_ID_NT.
    static let platformNT: UInt32 = 500
    static let major: UInt32 = 10
    static let minor: UInt32 = 0
    /// Workstation, server and NT server.
    static let serverType: UInt32 = 0x0000_9003
}
