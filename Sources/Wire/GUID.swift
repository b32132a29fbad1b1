/// MS-DTYP 2.3.4.2: sixteen bytes that name something for ever. Kept in wire order.
public struct GUID: Hashable, Sendable {
    /// The sixteen bytes, the first on the wire being the least significant.
    public var rawValue: UInt128

    public static let zero = GUID(rawValue: 0)

    public init(rawValue: UInt128) { self.rawValue = rawValue }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) { rawValue = try reader.read() }

    public func encode(to writer: inout WireWriter) { writer.write(rawValue) }
}
