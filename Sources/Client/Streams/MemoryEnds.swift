internal import Reactor

/// Puts the parts where the caller wants them in memory.
@safe final class MemorySink: ReadSink, @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer
    private let start: UInt64

    /// The first byte of the memory is that of the file at `start`.
    init(_ memory: UnsafeMutableRawBufferPointer, from start: UInt64) {
        unsafe self.memory = memory
        self.start = start
    }

    var isOrdered: Bool { false }

    func destination(at offset: UInt64, count: Int) -> UnsafeMutableRawBufferPointer? {
        let place = Int(offset - start)
        let room = unsafe memory.count - place
        guard place >= 0, count <= room else { return nil }
        return unsafe UnsafeMutableRawBufferPointer(rebasing: memory[place..<place + count])
    }

    func store(
        _ buffer: IOBuffer,
        range: Range<Int>,
        at offset: UInt64,
        slot: Int,
        for stream: ReadStream
    ) {
        let place = Int(offset - start)
        let room = unsafe memory.count - place
        precondition(place >= 0 && range.count <= room)
        unsafe UnsafeMutableRawBufferPointer(rebasing: memory[place...])
            .copyMemory(
                from: UnsafeRawBufferPointer(
                    start: buffer.base + range.lowerBound,
                    count: range.count
                )
            )
        buffer.recycle()
        stream.stored(slot: slot, error: nil)
    }
}

/// Writes bytes that are in memory.
final class BytesSource: WriteSource, Sendable {
    private let bytes: [UInt8]
    private let start: UInt64

    init(_ bytes: [UInt8], from start: UInt64) {
        self.bytes = bytes
        self.start = start
    }

    func load(
        _ buffer: IOBuffer,
        count: Int,
        at offset: UInt64,
        slot: Int,
        for stream: WriteStream
    ) {
        let place = Int(offset - start)
        unsafe bytes.withUnsafeBytes { source in
            let part = unsafe UnsafeRawBufferPointer(rebasing: source[place..<place + count])
            buffer.assign(unsafe part.bytes)
        }
        stream.loaded(slot: slot, error: nil)
    }
}

/// Writes bytes that are made in the memory they leave from.
@safe final class MadeSource: WriteSource, Sendable {
    private let make: @Sendable (UnsafeMutableRawBufferPointer, UInt64) -> Void

    init(_ make: @escaping @Sendable (UnsafeMutableRawBufferPointer, UInt64) -> Void) {
        unsafe self.make = make
    }

    func load(
        _ buffer: IOBuffer,
        count: Int,
        at offset: UInt64,
        slot: Int,
        for stream: WriteStream
    ) {
        precondition(count <= buffer.capacity)
        unsafe make(UnsafeMutableRawBufferPointer(start: buffer.base, count: count), offset)
        buffer.count = count
        stream.loaded(slot: slot, error: nil)
    }
}
