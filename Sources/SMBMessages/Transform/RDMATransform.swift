public import Wire

/// MS-SMB2 2.2.43: what was done to the data that RDMA places, and in a WRITE where it lies.
///
/// It is the channel information of a WRITE, and the data of a READ response. One transform
/// follows it, never more: the receiver would have to refuse them (3.3.5.13, 3.2.5.11).
public struct RDMATransform: Hashable, Sendable {
    static let fixedSize = 16

    /// How the descriptors behind it are meant; `none` in a READ response, which has none.
    public var channel: Channel
    public var crypto: RDMACryptoTransform
    /// The descriptors, counted from the first byte of this structure.
    public private(set) var descriptors = MessagePart.empty

    public init(channel: Channel, crypto: RDMACryptoTransform) {
        self.channel = channel
        self.crypto = crypto
    }

    /// Bytes of what `encode` writes, padding included.
    public var encodedCount: Int { (Self.fixedSize + crypto.encodedCount + 7) & ~7 }

    /// The reader holds the structure and what follows it, from its first byte to the last.
    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        let start = reader.offset
        let descriptorOffset = Int(try reader.read(UInt16.self))
        let descriptorCount = Int(try reader.read(UInt16.self))
        channel = Channel(rawValue: try reader.read())
        guard try reader.read(UInt16.self) == 1 else {
            throw WireError(.invalidValue, at: reader.offset - 2)
        }
        try reader.skip(6)
        crypto = try RDMACryptoTransform(from: &reader)
        switch channel {
        case .none:
            return
        case .rdmaV1, .rdmaV1Invalidate:
            // At the first multiple of eight behind the transform, and nowhere else.
            guard descriptorOffset == (reader.offset - start + 7) & ~7 else {
                throw WireError(.invalidValue, at: start)
            }
            _ = try reader.slice(at: start + descriptorOffset, count: descriptorCount)
            descriptors = MessagePart(offset: descriptorOffset, count: descriptorCount)
        default:
            throw WireError(.invalidValue, at: start + 4)
        }
    }

    /// Writes the structures, padded to a multiple of eight bytes. `descriptorCount` bytes of
    /// descriptors must follow where the channel has any.
    public func encode(to writer: inout WireWriter, descriptorCount: Int = 0) {
        let start = writer.count
        let offset = writer.reserve(UInt16.self)
        writer.write(UInt16(clamping: channel == .none ? 0 : descriptorCount))
        writer.write(channel.rawValue)
        writer.write(UInt16(1))
        writer.write(zeros: 6)
        crypto.encode(to: &writer)
        let excess = (writer.count - start) % 8
        if excess != 0 { writer.write(zeros: 8 - excess) }
        if channel != .none { writer.fill(offset, with: writer.count - start) }
    }
}
