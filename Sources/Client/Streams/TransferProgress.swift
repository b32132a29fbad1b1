internal import Synchronization

/// Bytes that a copy has finished, counted by its threads and read by whoever shows them.
public final class TransferProgress: Sendable {
    private let bytes = Atomic<UInt64>(0)

    /// Counts what this one counts.
    private let outer: TransferProgress?

    public init() { outer = nil }

    private init(outer: TransferProgress) { self.outer = outer }

    /// A part of this, which counts for itself and for the whole.
    public func part() -> TransferProgress { TransferProgress(outer: self) }

    public var byteCount: UInt64 { bytes.load(ordering: .relaxed) }

    /// `count` more bytes are where they belong.
    public func advance(by count: Int) {
        bytes.wrappingAdd(UInt64(count), ordering: .relaxed)
        outer?.advance(by: count)
    }

    /// Takes back everything, which has to be copied again.
    public func reset() {
        let count = bytes.exchange(0, ordering: .relaxed)
        outer?.retreat(by: count)
    }

    private func retreat(by count: UInt64) {
        bytes.wrappingSubtract(count, ordering: .relaxed)
        outer?.retreat(by: count)
    }
}
