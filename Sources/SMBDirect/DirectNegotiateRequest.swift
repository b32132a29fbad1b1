public import Wire

/// What an initiator asks for before any SMB byte flows (MS-SMBD 2.2.1).
public struct DirectNegotiateRequest: Hashable, Sendable {
    public static let encodedSize = 20
    /// The only version there is (MS-SMBD 1.7).
    public static let version1: UInt16 = 0x0100

    public var minVersion: UInt16
    public var maxVersion: UInt16
    public var creditsRequested: UInt16
    public var preferredSendSize: UInt32
    public var maxReceiveSize: UInt32
    public var maxFragmentedSize: UInt32

    public init(
        minVersion: UInt16 = Self.version1,
        maxVersion: UInt16 = Self.version1,
        creditsRequested: UInt16,
        preferredSendSize: UInt32,
        maxReceiveSize: UInt32,
        maxFragmentedSize: UInt32
    ) {
        self.minVersion = minVersion
        self.maxVersion = maxVersion
        self.creditsRequested = creditsRequested
        self.preferredSendSize = preferredSendSize
        self.maxReceiveSize = maxReceiveSize
        self.maxFragmentedSize = maxFragmentedSize
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        minVersion = try reader.read()
        maxVersion = try reader.read()
        _ = try reader.read(UInt16.self)  // Reserved
        creditsRequested = try reader.read()
        preferredSendSize = try reader.read()
        maxReceiveSize = try reader.read()
        maxFragmentedSize = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(minVersion)
        writer.write(maxVersion)
        writer.write(UInt16.zero)
        writer.write(creditsRequested)
        writer.write(preferredSendSize)
        writer.write(maxReceiveSize)
        writer.write(maxFragmentedSize)
    }
}
