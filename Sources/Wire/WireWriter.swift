/// Builds a message from little-endian fields; lengths and offsets are filled in after the payload
/// they describe has been written, so that no caller ever computes one by hand.
///
/// The storage is an array that callers lend and take back (`finish()`), so a recycled array makes
/// writing free of allocation. What is called for every field is inlinable, as in `WireReader`.
public struct WireWriter: ~Copyable {
    @usableFromInline var bytes: [UInt8]
    /// Where the current message begins in the storage; offsets on the wire count from here.
    @usableFromInline var start: Int

    /// A place kept free for a value that is known later.
    public struct Mark<T: FixedWidthInteger & BitwiseCopyable> {
        @usableFromInline let position: Int

        @inlinable init(position: Int) { self.position = position }
    }

    public init(recycling storage: consuming [UInt8] = []) {
        bytes = consume storage
        bytes.removeAll(keepingCapacity: true)
        start = 0
    }

    /// Where the current message begins in the storage.
    @inlinable public var base: Int { start }

    /// Bytes since the start of the current message.
    @inlinable public var count: Int { bytes.count - base }
    /// Bytes since the start of the storage, all messages of a compound together.
    public var totalCount: Int { bytes.count }

    /// Makes the current end the start of a new message (the next command of a compound).
    public mutating func beginMessage() { start = bytes.count }

    @inlinable public mutating func write<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
        unsafe withUnsafeBytes(of: value.littleEndian) { source in
            unsafe bytes.append(contentsOf: source)
        }
    }

    @inlinable public mutating func writeBigEndian<T: FixedWidthInteger & BitwiseCopyable>(
        _ value: T
    ) {
        write(value.byteSwapped)
    }

    public mutating func write(bytes source: [UInt8]) {
        bytes.append(contentsOf: source)
    }

    public mutating func write(bytes source: RawSpan) {
        unsafe source.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    @inlinable public mutating func write(zeros count: Int) {
        bytes.append(contentsOf: repeatElement(0, count: count))
    }

    /// UTF-16LE without a terminator.
    public mutating func write(utf16 text: String) {
        for unit in text.utf16 { write(unit) }
    }

    /// Zeros up to the next multiple of `alignment` bytes, counted from the message's start.
    @inlinable public mutating func pad(to alignment: Int) {
        let excess = count % alignment
        if excess != 0 { write(zeros: alignment - excess) }
    }

    /// Keeps room for a value that `fill` writes later; it reads as zero until then.
    @inlinable public mutating func reserve<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type = T.self
    ) -> Mark<T> {
        let mark = Mark<T>(position: bytes.count)
        write(T.zero)
        return mark
    }

    /// Writes `value` into reserved room. A value that does not fit is our own bug: encoders bound
    /// what they put into a message before they write it.
    @inlinable public mutating func fill<T>(_ mark: Mark<T>, with value: Int) {
        guard let exact = T(exactly: value) else {
            preconditionFailure("\(value) does not fit a field of \(T.bitWidth) bits")
        }
        unsafe withUnsafeBytes(of: exact.littleEndian) { source in
            for index in 0..<source.count {
                unsafe bytes[mark.position + index] = source[index]
            }
        }
    }

    /// Writes the current offset from the message's start into reserved room.
    @inlinable public mutating func fillOffset<T>(_ mark: Mark<T>) { fill(mark, with: count) }

    /// Overwrites bytes already written, `offset` bytes from the message's start.
    @inlinable public mutating func overwrite<T: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int,
        with value: T
    ) {
        precondition(offset >= 0 && offset + MemoryLayout<T>.size <= count)
        unsafe withUnsafeBytes(of: value.littleEndian) { source in
            for index in 0..<source.count {
                unsafe bytes[base + offset + index] = source[index]
            }
        }
    }

    /// Drops what was written after `count` bytes of the current message.
    public mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count)
        bytes.removeLast(self.count - count)
    }

    /// Hands out what was written and begins anew in other storage: `finish` for a writer that is
    /// kept.
    public mutating func exchange(storage: consuming [UInt8]) -> [UInt8] {
        var other = consume storage
        other.removeAll(keepingCapacity: true)
        swap(&bytes, &other)
        start = 0
        return other
    }

    /// The finished storage; the caller may lend it to another writer afterwards.
    public consuming func finish() -> [UInt8] { bytes }
}
