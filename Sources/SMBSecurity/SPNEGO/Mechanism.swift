/// An authentication mechanism by its object identifier, kept as DER content bytes.
public struct Mechanism: Hashable, Sendable {
    public var identifier: [UInt8]

    public init(identifier: [UInt8]) { self.identifier = identifier }

    /// 1.3.6.1.4.1.311.2.2.10.
    public static let ntlm = Self(
        identifier: [0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0A])
    /// 1.3.6.1.5.5.2, the negotiation itself.
    static let spnego = Self(identifier: [0x2B, 0x06, 0x01, 0x05, 0x05, 0x02])

    var element: [UInt8] { DER.element(DER.objectIdentifier, identifier) }
}
