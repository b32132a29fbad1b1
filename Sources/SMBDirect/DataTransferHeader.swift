public import Wire

/// In front of every message once a connection is negotiated (MS-SMBD 2.2.3).
public struct DataTransferHeader: Hashable, Sendable {
    /// Without payload a message is exactly this long.
    public static let encodedSize = 20
    /// Where we put the payload: the first offset behind the fields that is a multiple of eight.
    public static let payloadOffset = 24
    /// MS-SMBD 2.2.3, SMB_DIRECT_RESPONSE_REQUESTED.
    public static let responseRequestedFlag: UInt16 = 1

    public var creditsRequested: UInt16
    public var creditsGranted: UInt16
    public var flags: UInt16
    public var remainingDataLength: UInt32
    public var dataOffset: UInt32
    public var dataLength: UInt32

    public init(
        creditsRequested: UInt16,
        creditsGranted: UInt16,
        requestsResponse: Bool = false,
        remainingDataLength: UInt32 = 0,
        dataLength: UInt32 = 0
    ) {
        self.creditsRequested = creditsRequested
        self.creditsGranted = creditsGranted
        flags = requestsResponse ? Self.responseRequestedFlag : 0
        self.remainingDataLength = remainingDataLength
        dataOffset = dataLength == 0 ? 0 : UInt32(Self.payloadOffset)
        self.dataLength = dataLength
    }

    public var requestsResponse: Bool { flags & Self.responseRequestedFlag != 0 }

    /// Bytes in front of the payload: with padding where there is payload.
    public var byteCount: Int { dataLength == 0 ? Self.encodedSize : Int(dataOffset) }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        creditsRequested = try reader.read()
        creditsGranted = try reader.read()
        flags = try reader.read()
        _ = try reader.read(UInt16.self)  // Reserved
        remainingDataLength = try reader.read()
        dataOffset = try reader.read()
        dataLength = try reader.read()
    }

    /// Writes the fields and the padding, `byteCount` bytes, into memory that the device reads:
    /// no array comes between them.
    @_lifetime(bytes: copy bytes)
    public func store(into bytes: inout MutableRawSpan) {
        bytes.storeBytes(of: creditsRequested.littleEndian, as: UInt16.self)
        bytes.storeBytes(of: creditsGranted.littleEndian, toByteOffset: 2, as: UInt16.self)
        bytes.storeBytes(of: flags.littleEndian, toByteOffset: 4, as: UInt16.self)
        bytes.storeBytes(of: 0, toByteOffset: 6, as: UInt16.self)
        bytes.storeBytes(of: remainingDataLength.littleEndian, toByteOffset: 8, as: UInt32.self)
        bytes.storeBytes(of: dataOffset.littleEndian, toByteOffset: 12, as: UInt32.self)
        bytes.storeBytes(of: dataLength.littleEndian, toByteOffset: 16, as: UInt32.self)
        for offset in stride(from: Self.encodedSize, to: byteCount, by: 4) {
            bytes.storeBytes(of: 0, toByteOffset: offset, as: UInt32.self)
        }
    }
}
