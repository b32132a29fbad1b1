import Wire

/// MS-SMB2 2.2.19: how the data of a READ or WRITE travels.
public struct Channel: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// In the message.
    public static let none = Channel(rawValue: 0)
    /// By RDMA, as SMB_DIRECT_BUFFER_DESCRIPTOR_V1 structures say.
    public static let rdmaV1 = Channel(rawValue: 1)
    public static let rdmaV1Invalidate = Channel(rawValue: 2)
    public static let rdmaTransform = Channel(rawValue: 3)
}

/// A part of the message that the codec does not copy: checked to lie inside it, and counted from
/// the first byte of its header.
public struct MessagePart: Hashable, Sendable {
    public var offset: Int
    public var count: Int

    public static let empty = MessagePart(offset: 0, count: 0)

    public init(offset: Int, count: Int) {
        self.offset = offset
        self.count = count
    }

    /// An empty part may claim to be anywhere.
    init(offset: Int, count: Int, in reader: borrowing WireReader) throws(WireError) {
        guard count > 0 else {
            self = .empty
            return
        }
        _ = try reader.slice(at: offset, count: count)
        self.init(offset: offset, count: count)
    }
}
