public import Wire

/// Names an interface or the encoding of its calls, with a version (C706 12.6.3.1).
public struct RPCSyntax: Hashable, Sendable {
    public var identifier: GUID
    public var majorVersion: UInt16
    public var minorVersion: UInt16

    public init(identifier: GUID, majorVersion: UInt16, minorVersion: UInt16 = 0) {
        self.identifier = identifier
        self.majorVersion = majorVersion
        self.minorVersion = minorVersion
    }

    /// The 32-bit network data representation, the only one that is spoken here.
    public static let ndr32 = RPCSyntax(
        identifier: GUID(0x8A88_5D04, 0x1CEB, 0x11C9, tail: 0x9FE8_0800_2B10_4860),
        majorVersion: 2
    )
    public static let ndr64 = RPCSyntax(
        identifier: GUID(0x7171_0533, 0xBEBA, 0x4937, tail: 0x8319_B5DB_EF9C_CC36),
        majorVersion: 1
    )
    /// MS-SRVS 1.9.
    public static let serverService = RPCSyntax(
        identifier: GUID(0x4B32_4FC8, 0x1670, 0x01D3, tail: 0x1278_5A47_BF6E_E188),
        majorVersion: 3
    )
    /// MS-WKST 1.9.
    public static let workstationService = RPCSyntax(
        identifier: GUID(0x6BFF_D098, 0xA112, 0x3610, tail: 0x9833_46C3_F87E_345A),
        majorVersion: 1
    )

    /// A request for bind-time features, dressed as a transfer syntax: the last eight bytes of its
    /// identifier are the features (MS-RPCE 3.3.1.5.3).
    public var isFeatureNegotiation: Bool {
        UInt64(truncatingIfNeeded: identifier.rawValue) == 0x4540_9812_6CB7_1C2C
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        identifier = try GUID(from: &reader)
        majorVersion = try reader.read()
        minorVersion = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        identifier.encode(to: &writer)
        writer.write(majorVersion)
        writer.write(minorVersion)
    }
}

extension GUID {
    /// The fields as the text form spells them; `tail` is its last sixteen digits.
    init(_ first: UInt32, _ second: UInt16, _ third: UInt16, tail: UInt64) {
        self.init(
            rawValue: UInt128(first) | UInt128(second) << 32 | UInt128(third) << 48
                | UInt128(tail.byteSwapped) << 64
        )
    }
}
