/// MS-SMB2 2.2.3: a dialect revision number. They compare in the order of their publication.
public struct Dialect: RawRepresentable, Hashable, Comparable, Sendable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let smb202 = Dialect(rawValue: 0x0202)
    public static let smb210 = Dialect(rawValue: 0x0210)
    public static let smb300 = Dialect(rawValue: 0x0300)
    public static let smb302 = Dialect(rawValue: 0x0302)
    public static let smb311 = Dialect(rawValue: 0x0311)
    /// The answer to an SMB1 negotiate that offers "SMB 2.???": negotiate again in SMB2
    /// (MS-SMB2 3.3.5.3.2).
    public static let wildcard = Dialect(rawValue: 0x02FF)

    public static func < (left: Dialect, right: Dialect) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension Dialect: CustomStringConvertible {
    public var description: String {
        switch self {
        case .smb202: "2.0.2"
        case .smb210: "2.1"
        case .smb300: "3.0"
        case .smb302: "3.0.2"
        case .smb311: "3.1.1"
        case .wildcard: "2.???"
        default: "dialect 0x" + String(rawValue, radix: 16)
        }
    }
}
