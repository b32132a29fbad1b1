/// Which parts of a security descriptor a request is about (MS-SMB2 2.2.37, MS-DTYP 2.4.7).
public struct SecurityInformation: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let owner = SecurityInformation(rawValue: 0x0000_0001)
    public static let group = SecurityInformation(rawValue: 0x0000_0002)
    public static let discretionaryACL = SecurityInformation(rawValue: 0x0000_0004)
    public static let systemACL = SecurityInformation(rawValue: 0x0000_0008)
    public static let label = SecurityInformation(rawValue: 0x0000_0010)
    public static let attribute = SecurityInformation(rawValue: 0x0000_0020)
    public static let scope = SecurityInformation(rawValue: 0x0000_0040)
    public static let backup = SecurityInformation(rawValue: 0x0001_0000)
    public static let unprotectedSystemACL = SecurityInformation(rawValue: 0x1000_0000)
    public static let unprotectedDiscretionaryACL = SecurityInformation(rawValue: 0x2000_0000)
    public static let protectedSystemACL = SecurityInformation(rawValue: 0x4000_0000)
    public static let protectedDiscretionaryACL = SecurityInformation(rawValue: 0x8000_0000)
}
