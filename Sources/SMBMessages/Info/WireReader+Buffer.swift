internal import Wire

extension WireReader {
    /// A copy of a buffer that the peer placed (MS-SMB2 2.2, the offsets of every message); an
    /// empty one may claim to be anywhere.
    @_lifetime(self: copy self)
    mutating func buffer(at start: Int, count: Int) throws(WireError) -> [UInt8] {
        if count == 0 { return [] }
        var part = try slice(at: start, count: count)
        return try part.readBytes(count: count)
    }

    /// UTF-16 text that the peer placed; an empty one may claim to be anywhere.
    @_lifetime(self: copy self)
    mutating func text(at start: Int, byteCount: Int) throws(WireError) -> String {
        if byteCount == 0 { return "" }
        var part = try slice(at: start, count: byteCount)
        return try part.readUTF16(byteCount: byteCount)
    }
}
