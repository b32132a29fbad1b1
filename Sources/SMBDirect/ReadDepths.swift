public import Wire

/// How many RDMA READs an end answers and issues at a time: the private data of an iWARP
/// connection whose providers do not negotiate it themselves (MS-SMBD 6.1).
public struct ReadDepths: Hashable, Sendable {
    public static let encodedSize = 8
    /// No device has more; a larger value is a number in the wrong byte order, or nonsense.
    public static let depthMax: UInt32 = 255

    /// READs of the other end that this end answers (IRD).
    public var incoming: UInt32
    /// READs that this end issues (ORD).
    public var outgoing: UInt32

    public init(incoming: UInt32, outgoing: UInt32) {
        self.incoming = incoming
        self.outgoing = outgoing
    }

    /// Takes the first bytes of a peer's private data; nil when it sends none.
    ///
    /// They are big-endian. Linux up to 6.1 writes them in its own order: depths that make sense
    /// only when read little-endian are taken so. What makes no sense either way is bounded.
    public init?(privateData: RawSpan) {
        var reader = WireReader(privateData)
        guard let incoming: UInt32 = try? reader.read(), let outgoing: UInt32 = try? reader.read()
        else { return nil }
        let isSwapped = incoming <= Self.depthMax && outgoing <= Self.depthMax
        self.incoming = min(isSwapped ? incoming : incoming.byteSwapped, Self.depthMax)
        self.outgoing = min(isSwapped ? outgoing : outgoing.byteSwapped, Self.depthMax)
    }

    /// What an acceptor with these depths answers to a request for `peer`, and sets for itself
    /// crosswise; nil when one of them is zero, which refuses the connection (MS-SMBD 6.2).
    public func answer(to peer: ReadDepths) -> ReadDepths? {
        let answer = ReadDepths(
            incoming: min(outgoing, peer.incoming),
            outgoing: min(incoming, peer.outgoing)
        )
        return answer.incoming > 0 && answer.outgoing > 0 ? answer : nil
    }

    /// Big-endian, as it should be.
    public func encode(to writer: inout WireWriter) {
        writer.writeBigEndian(incoming)
        writer.writeBigEndian(outgoing)
    }
}
