import Synchronization

/// What the data path asks before it reads or writes: one load tells whether anything at all stands
/// in the way, so that the table of files is consulted only where something may.
///
/// The one reference in the table; it is written where the table is changed, and read by the
/// threads that serve the opens of the stream.
public final class DataGate: Sendable {
    /// Byte-range locks are held.
    public static let locks: UInt32 = 1
    /// A write would take a cache from somebody.
    public static let cachedReads: UInt32 = 2

    private let flags = Atomic<UInt32>(0)

    init() {}

    /// True where a read conflicts with nothing.
    public var isOpenForReading: Bool { flags.load(ordering: .acquiring) & Self.locks == 0 }

    /// True where a write conflicts with nothing and breaks no cache.
    public var isOpenForWriting: Bool { flags.load(ordering: .acquiring) == 0 }

    func set(_ value: UInt32) { flags.store(value, ordering: .releasing) }
}
