/// What kind of thing QUERY_INFO and SET_INFO are about (MS-SMB2 2.2.37).
public struct InfoType: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let file = InfoType(rawValue: 1)
    public static let fileSystem = InfoType(rawValue: 2)
    public static let security = InfoType(rawValue: 3)
    public static let quota = InfoType(rawValue: 4)
}
