internal import Reactor

/// Where the bytes of a `ReadStream` go.
protocol ReadSink: AnyObject {
    /// The bytes must come in the order of the file, as for a pipe.
    var isOrdered: Bool { get }

    /// Takes over the buffer, stores `range` of it as the file's bytes from `offset`, and then
    /// calls `stream.stored`, on the reactor's thread, at once or later.
    func store(
        _ buffer: IOBuffer,
        range: Range<Int>,
        at offset: UInt64,
        slot: Int,
        for stream: ReadStream
    )

    /// The final place of these bytes of the file, if it is memory: they are then received right
    /// there, and `store` is not called for them.
    func destination(at offset: UInt64, count: Int) -> UnsafeMutableRawBufferPointer?
}

extension ReadSink {
    func destination(at offset: UInt64, count: Int) -> UnsafeMutableRawBufferPointer? { nil }
}
