/// MS-SMB2 2.2.1.2: what a message asks for or answers.
///
/// An open type: a server answers codes that it does not know with an error instead of dropping
/// the message.
public struct Command: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let negotiate = Command(rawValue: 0x00)
    public static let sessionSetup = Command(rawValue: 0x01)
    public static let logoff = Command(rawValue: 0x02)
    public static let treeConnect = Command(rawValue: 0x03)
    public static let treeDisconnect = Command(rawValue: 0x04)
    public static let create = Command(rawValue: 0x05)
    public static let close = Command(rawValue: 0x06)
    public static let flush = Command(rawValue: 0x07)
    public static let read = Command(rawValue: 0x08)
    public static let write = Command(rawValue: 0x09)
    public static let lock = Command(rawValue: 0x0A)
    public static let ioctl = Command(rawValue: 0x0B)
    public static let cancel = Command(rawValue: 0x0C)
    public static let echo = Command(rawValue: 0x0D)
    public static let queryDirectory = Command(rawValue: 0x0E)
    public static let changeNotify = Command(rawValue: 0x0F)
    public static let queryInfo = Command(rawValue: 0x10)
    public static let setInfo = Command(rawValue: 0x11)
    public static let oplockBreak = Command(rawValue: 0x12)
    public static let serverNotification = Command(rawValue: 0x13)
}

extension Command: CustomStringConvertible {
    private static let names: [StaticString] = [
        "NEGOTIATE", "SESSION_SETUP", "LOGOFF", "TREE_CONNECT", "TREE_DISCONNECT", "CREATE",
        "CLOSE", "FLUSH", "READ", "WRITE", "LOCK", "IOCTL", "CANCEL", "ECHO", "QUERY_DIRECTORY",
        "CHANGE_NOTIFY", "QUERY_INFO", "SET_INFO", "OPLOCK_BREAK", "SERVER_TO_CLIENT_NOTIFICATION",
    ]

    public var description: String {
        Int(rawValue) < Self.names.count ? "\(Self.names[Int(rawValue)])" : "command \(rawValue)"
    }
}
