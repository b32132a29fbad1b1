import Wire

/// MS-SMB2 2.2.3, 2.2.4: the contexts at the end of both NEGOTIATE messages, each at a multiple of
/// eight bytes from the header.
enum NegotiateContextList {
    @_lifetime(reader: copy reader)
    static func decode(
        from reader: inout WireReader,
        at start: Int,
        count: Int
    ) throws(WireError) -> [NegotiateContext] {
        var contexts: [NegotiateContext] = []
        guard count > 0 else { return contexts }
        try reader.seek(to: start)
        for index in 0..<count {
            if index > 0 {
                let excess = reader.offset % 8
                if excess != 0 { try reader.skip(8 - excess) }
            }
            contexts.append(try NegotiateContext(from: &reader))
        }
        return contexts
    }

    /// Pads, tells `offset` where the list begins, and writes it. The last context is not padded.
    static func encode(
        _ contexts: [NegotiateContext],
        offset: WireWriter.Mark<UInt32>,
        to writer: inout WireWriter
    ) {
        guard !contexts.isEmpty else { return }
        writer.pad(to: 8)
        writer.fillOffset(offset)
        for context in contexts {
            writer.pad(to: 8)
            context.encode(to: &writer)
        }
    }
}
