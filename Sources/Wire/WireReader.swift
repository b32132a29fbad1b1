/// Reads little-endian fields from a message, checking every access against its bounds.
///
/// The first byte of the span is offset zero: for an SMB2 command that is the first byte of its
/// header, so the offsets that the peer sends can be passed to `slice(at:count:)` as they are.
///
/// What is called for every field is inlinable: other modules would otherwise have the runtime find
/// out, field by field, what an integer is.
public struct WireReader: ~Escapable {
    @usableFromInline let span: RawSpan
    @usableFromInline var position: Int

    @_lifetime(copy span)
    public init(_ span: RawSpan) {
        self.span = span
        self.position = 0
    }

    /// Bytes consumed so far, which is the offset of the next field.
    @inlinable public var offset: Int { position }

    /// Bytes of the whole message, consumed or not.
    @inlinable public var count: Int { span.byteCount }
    @inlinable public var remaining: Int { span.byteCount - offset }
    @inlinable public var isAtEnd: Bool { offset == span.byteCount }

    /// The next integer, little-endian.
    @_lifetime(self: copy self)
    @inlinable public mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type = T.self
    ) throws(WireError) -> T {
        let size = MemoryLayout<T>.size
        guard size <= remaining else { throw WireError(.truncated, at: offset) }
        let value = unsafe span.unsafeLoadUnaligned(fromByteOffset: offset, as: T.self)
        position += size
        return T(littleEndian: value)
    }

    /// The next integer, big-endian (network order).
    @_lifetime(self: copy self)
    @inlinable public mutating func readBigEndian<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type = T.self
    ) throws(WireError) -> T {
        try read(T.self).byteSwapped
    }

    /// Passes over `count` bytes, which must be there.
    @_lifetime(self: copy self)
    @inlinable public mutating func skip(_ count: Int) throws(WireError) {
        guard count >= 0, count <= remaining else { throw WireError(.truncated, at: offset) }
        position += count
    }

    /// Moves to an absolute offset inside the message.
    @_lifetime(self: copy self)
    @inlinable public mutating func seek(to newOffset: Int) throws(WireError) {
        guard newOffset >= 0, newOffset <= span.byteCount else {
            throw WireError(.outOfBounds, at: offset)
        }
        position = newOffset
    }

    /// The next `count` bytes, without copying.
    @_lifetime(copy self)
    public mutating func readSpan(count: Int) throws(WireError) -> RawSpan {
        guard count >= 0, count <= remaining else { throw WireError(.truncated, at: offset) }
        let bytes = span.extracting(offset..<offset + count)
        position += count
        return bytes
    }

    /// The next `count` bytes, copied.
    @_lifetime(self: copy self)
    public mutating func readBytes(count: Int) throws(WireError) -> [UInt8] {
        guard count >= 0, count <= remaining else { throw WireError(.truncated, at: offset) }
        let start = offset
        position += count
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count {
                unsafe buffer[index] = span.unsafeLoad(
                    fromByteOffset: start + index,
                    as: UInt8.self
                )
            }
            initialized = count
        }
    }

    /// `byteCount` bytes of UTF-16LE as text.
    @_lifetime(self: copy self)
    public mutating func readUTF16(byteCount: Int) throws(WireError) -> String {
        let start = offset
        guard byteCount >= 0, byteCount <= remaining else {
            throw WireError(.truncated, at: offset)
        }
        guard byteCount.isMultiple(of: 2) else { throw WireError(.invalidText, at: start) }
        var units: [UInt16] = []
        units.reserveCapacity(byteCount / 2)
        for _ in 0..<byteCount / 2 { units.append(try read()) }
        guard let text = String(validating: units, as: UTF16.self) else {
            throw WireError(.invalidText, at: start)
        }
        return text
    }

    /// A reader over `count` bytes at an absolute offset that the peer sent.
    @_lifetime(copy self)
    public func slice(at start: Int, count: Int) throws(WireError) -> WireReader {
        guard start >= 0, count >= 0, start <= span.byteCount,
            count <= span.byteCount - start
        else {
            throw WireError(.outOfBounds, at: offset)
        }
        return WireReader(span.extracting(start..<start + count))
    }

    /// The bytes from an absolute offset, bounds-checked, without copying.
    @_lifetime(copy self)
    public func bytes(at start: Int, count: Int) throws(WireError) -> RawSpan {
        guard start >= 0, count >= 0, start <= span.byteCount,
            count <= span.byteCount - start
        else {
            throw WireError(.outOfBounds, at: offset)
        }
        return span.extracting(start..<start + count)
    }
}

/// Runs `body` with a reader over `bytes`.
///
/// The one place that turns an array into a span, so that callers stay free of `unsafe`.
public func withReader<Result, Failure: Error>(
    over bytes: [UInt8],
    _ body: (inout WireReader) throws(Failure) -> Result
) throws(Failure) -> Result {
    let span = unsafe bytes.span.bytes
    var reader = WireReader(span)
    return try body(&reader)
}
