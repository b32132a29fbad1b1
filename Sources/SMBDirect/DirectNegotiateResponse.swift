public import Wire

/// What an acceptor grants, or why it does not (MS-SMBD 2.2.2).
public struct DirectNegotiateResponse: Hashable, Sendable {
    public static let encodedSize = 32
    /// NTSTATUS values that an acceptor answers with.
    public static let success: UInt32 = 0
    public static let notSupported: UInt32 = 0xC000_00BB
    public static let insufficientResources: UInt32 = 0xC000_009A

    public var minVersion = DirectNegotiateRequest.version1
    public var maxVersion = DirectNegotiateRequest.version1
    public var negotiatedVersion: UInt16 = 0
    public var creditsRequested: UInt16 = 0
    public var creditsGranted: UInt16 = 0
    public var status: UInt32
    public var maxReadWriteSize: UInt32 = 0
    public var preferredSendSize: UInt32 = 0
    public var maxReceiveSize: UInt32 = 0
    public var maxFragmentedSize: UInt32 = 0

    /// A refusal, or the beginnings of a response: MS-SMBD 3.1.5.3 wants zero everywhere else.
    public init(status: UInt32) { self.status = status }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        minVersion = try reader.read()
        maxVersion = try reader.read()
        negotiatedVersion = try reader.read()
        _ = try reader.read(UInt16.self)  // Reserved
        creditsRequested = try reader.read()
        creditsGranted = try reader.read()
        status = try reader.read()
        maxReadWriteSize = try reader.read()
        preferredSendSize = try reader.read()
        maxReceiveSize = try reader.read()
        maxFragmentedSize = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(minVersion)
        writer.write(maxVersion)
        writer.write(negotiatedVersion)
        writer.write(UInt16.zero)
        writer.write(creditsRequested)
        writer.write(creditsGranted)
        writer.write(status)
        writer.write(maxReadWriteSize)
        writer.write(preferredSendSize)
        writer.write(maxReceiveSize)
        writer.write(maxFragmentedSize)
    }
}
