internal import Reactor

/// Where the bytes of a `WriteStream` come from.
protocol WriteSource: AnyObject {
    /// Fills `buffer` with exactly `count` bytes from `offset` of the source and then calls
    /// `stream.loaded` on the reactor's thread, at once or later.
    func load(
        _ buffer: IOBuffer,
        count: Int,
        at offset: UInt64,
        slot: Int,
        for stream: WriteStream
    )

    /// The file that holds the bytes at their own offsets, if one does. Where a message is neither
    /// signed nor encrypted, the kernel then sends them without `load`.
    var file: LocalFile? { get }
}

extension WriteSource {
    var file: LocalFile? { nil }
}
