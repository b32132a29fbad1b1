public import Wire

/// The pieces of a peer's memory that one request is about, in order.
///
/// Clients send one descriptor, or arrays of some thirty: one needs no memory of its own here.
public struct RemoteMemory: Hashable, Sendable {
    /// Windows was seen to send 31 descriptors in one request; more than this is refused.
    public static let descriptorsMax = 256

    public let first: BufferDescriptor
    public let others: [BufferDescriptor]
    /// Bytes of all pieces together; it fits 40 bits.
    public let byteCount: Int

    public init(_ descriptor: BufferDescriptor) {
        first = descriptor
        others = []
        byteCount = Int(descriptor.length)
    }

    /// Takes `count` bytes of descriptors, as ReadChannelInfo and WriteChannelInfo hold them
    /// (MS-SMB2 2.2.19, 2.2.21); nil when they are none, too many, or no whole number of them.
    @_lifetime(reader: copy reader)
    public init?(from reader: inout WireReader, count: Int) throws(WireError) {
        let descriptors = count / BufferDescriptor.encodedSize
        guard count % BufferDescriptor.encodedSize == 0, descriptors >= 1,
            descriptors <= Self.descriptorsMax
        else { return nil }
        first = try BufferDescriptor(from: &reader)
        var sum = Int(first.length)
        var list: [BufferDescriptor] = []
        if descriptors > 1 { list.reserveCapacity(descriptors - 1) }
        for _ in 1..<descriptors {
            let next = try BufferDescriptor(from: &reader)
            sum += Int(next.length)
            list.append(next)
        }
        others = list
        byteCount = sum
    }

    public var descriptorCount: Int { 1 + others.count }

    public subscript(index: Int) -> BufferDescriptor { index == 0 ? first : others[index - 1] }
}
