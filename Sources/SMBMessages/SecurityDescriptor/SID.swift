public import Wire

/// MS-DTYP 2.4.2: names a user, a group or a role.
public struct SID: Hashable, Sendable {
    /// MS-DTYP 2.4.2.2.
    public static let subAuthorityCountMax = 15

    /// 48 bits on the wire, big-endian.
    public var authority: UInt64
    /// At most `subAuthorityCountMax`.
    public let subAuthorities: [UInt32]

    /// A SID from values of our own: more sub-authorities than a SID can hold are a bug.
    public init(authority: UInt64, _ subAuthorities: UInt32...) {
        self.init(authority: authority, subAuthorities: subAuthorities)
    }

    public init(authority: UInt64, subAuthorities: [UInt32]) {
        precondition(subAuthorities.count <= Self.subAuthorityCountMax)
        self.authority = authority & 0xFFFF_FFFF_FFFF
        self.subAuthorities = subAuthorities
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        let start = reader.offset
        guard try reader.read(UInt8.self) == 1 else { throw WireError(.invalidValue, at: start) }
        let count = Int(try reader.read(UInt8.self))
        guard count <= Self.subAuthorityCountMax else {
            throw WireError(.invalidValue, at: start + 1)
        }
        let high = UInt64(try reader.readBigEndian(UInt16.self))
        let low = UInt64(try reader.readBigEndian(UInt32.self))
        authority = high << 32 | low
        var parts: [UInt32] = []
        parts.reserveCapacity(count)
        for _ in 0..<count { parts.append(try reader.read()) }
        subAuthorities = parts
    }

    public var encodedSize: Int { 8 + 4 * subAuthorities.count }

    public func encode(to writer: inout WireWriter) {
        writer.write(UInt8(1))
        writer.write(UInt8(subAuthorities.count))
        writer.writeBigEndian(UInt16(authority >> 32))
        writer.writeBigEndian(UInt32(truncatingIfNeeded: authority))
        for part in subAuthorities { writer.write(part) }
    }

    /// This SID with one more sub-authority, as a domain names its accounts.
    public func appending(_ relativeIdentifier: UInt32) -> SID {
        SID(authority: authority, subAuthorities: subAuthorities + [relativeIdentifier])
    }
}

/// MS-DTYP 2.4.2.1: `S-1-5-32-544`.
extension SID: CustomStringConvertible {
    public var description: String {
        subAuthorities.reduce("S-1-\(authority)") { "\($0)-\($1)" }
    }
}
