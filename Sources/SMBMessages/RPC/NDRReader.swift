internal import Wire

/// The 32-bit network data representation on top of a wire reader (C706 14).
extension WireReader {
    /// Passes over padding up to a multiple of `alignment` from the stub's start.
    @_lifetime(self: copy self)
    mutating func align(_ alignment: Int) throws(WireError) {
        try skip((alignment - offset % alignment) % alignment)
    }

    /// A referent identifier: whether a pointer points anywhere.
    @_lifetime(self: copy self)
    mutating func readPointer() throws(WireError) -> Bool {
        try align(4)
        return try read(UInt32.self) != 0
    }

    @_lifetime(self: copy self)
    mutating func readAligned32() throws(WireError) -> UInt32 {
        try align(4)
        return try read()
    }

    /// A conformant and varying string of UTF-16, without its terminator.
    @_lifetime(self: copy self)
    mutating func readNDRString() throws(WireError) -> String {
        let start = offset
        let maximum = try readAligned32()
        let first = try read(UInt32.self)
        let count = try read(UInt32.self)
        guard first == 0, count <= maximum, count <= 32_768 else {
            throw WireError(.invalidValue, at: start)
        }
        let text = try readUTF16(byteCount: Int(count) * 2)
        return text.hasSuffix("\0") ? String(text.dropLast()) : text
    }

    /// A unique pointer to a string that follows at once, as top-level arguments have it.
    @_lifetime(self: copy self)
    mutating func readUniqueString() throws(WireError) -> String? {
        try readPointer() ? try readNDRString() : nil
    }
}
