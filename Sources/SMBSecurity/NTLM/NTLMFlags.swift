/// MS-NLMP 2.2.2.5: what the two ends agree on.
public struct NTLMFlags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let unicode = Self(rawValue: 0x0000_0001)
    public static let requestTarget = Self(rawValue: 0x0000_0004)
    public static let sign = Self(rawValue: 0x0000_0010)
    public static let seal = Self(rawValue: 0x0000_0020)
    public static let ntlm = Self(rawValue: 0x0000_0200)
    public static let anonymous = Self(rawValue: 0x0000_0800)
    public static let alwaysSign = Self(rawValue: 0x0000_8000)
    public static let targetTypeServer = Self(rawValue: 0x0002_0000)
    public static let extendedSessionSecurity = Self(rawValue: 0x0008_0000)
    public static let targetInfo = Self(rawValue: 0x0080_0000)
    public static let version = Self(rawValue: 0x0200_0000)
    public static let key128 = Self(rawValue: 0x2000_0000)
    public static let keyExchange = Self(rawValue: 0x4000_0000)
    public static let key56 = Self(rawValue: 0x8000_0000)

    /// What our client asks for.
    static let clientOffer: Self = [
        .unicode, .requestTarget, .sign, .ntlm, .alwaysSign, .extendedSessionSecurity,
        .targetInfo, .version, .key128, .keyExchange,
    ]

    /// What our server grants if it is asked for.
    static let serverSupport: Self = [
        .unicode, .requestTarget, .sign, .seal, .ntlm, .alwaysSign, .extendedSessionSecurity,
        .version, .key128, .keyExchange, .key56,
    ]
}
