/// Reads the few DER structures of SPNEGO from bytes that nobody vouches for.
///
/// Lengths may take more bytes than they need, as some peers send them; indefinite lengths and
/// tags of several bytes, which SPNEGO has no use for, are refused.
struct DERReader {
    /// Not to be read as DER, or not as what was asked for.
    struct Malformed: Error {}

    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    /// The tag of the next element, or nil at the end.
    var nextTag: UInt8? { rest.first }

    /// The next element: its tag, its content, and all its bytes.
    mutating func read() throws(Malformed) -> (
        tag: UInt8, content: ArraySlice<UInt8>, whole: ArraySlice<UInt8>
    ) {
        let start = rest
        let tag = try readByte()
        guard tag & 0x1F != 0x1F else { throw Malformed() }
        let count = try readLength()
        guard count <= rest.count else { throw Malformed() }
        let content = rest.prefix(count)
        rest = rest.dropFirst(count)
        return (tag, content, start[start.startIndex..<content.endIndex])
    }

    /// The content of the next element, which must have that tag.
    mutating func read(_ tag: UInt8) throws(Malformed) -> ArraySlice<UInt8> {
        let element = try read()
        guard element.tag == tag else { throw Malformed() }
        return element.content
    }

    /// The content of the one element of that tag that is all there is.
    mutating func readLast(_ tag: UInt8) throws(Malformed) -> ArraySlice<UInt8> {
        let content = try read(tag)
        guard isAtEnd else { throw Malformed() }
        return content
    }

    private mutating func readByte() throws(Malformed) -> UInt8 {
        guard let byte = rest.popFirst() else { throw Malformed() }
        return byte
    }

    private mutating func readLength() throws(Malformed) -> Int {
        let first = try readByte()
        guard first & 0x80 != 0 else { return Int(first) }
        let byteCount = Int(first & 0x7F)
        guard (1...4).contains(byteCount) else { throw Malformed() }
        var length = 0
        for _ in 0..<byteCount { length = length << 8 | Int(try readByte()) }
        return length
    }
}
