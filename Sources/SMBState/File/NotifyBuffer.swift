public import SMBMessages

/// The changes that an open directory is still to be told of.
///
/// MS-SMB2 3.3.1.3, 3.3.5.19, MS-FSA 2.1.5.11. The first request on the open decides what is
/// watched and how much is kept; from then on changes are collected whether a request waits or
/// not, until the open closes.
public struct NotifyBuffer: Sendable {
    /// Bytes of changes kept for one open, however much its client has room for.
    public static let byteCountMax = 65536

    /// What a request is answered with.
    public enum Outcome: Hashable, Sendable {
        case changes([FileNotifyInformation])
        /// STATUS_NOTIFY_ENUM_DIR: too much has changed to be listed.
        case enumerate
    }

    public let filter: CompletionFilter
    /// Bytes kept: what the first request had room for.
    public let capacity: Int
    private var changes: [FileNotifyInformation] = []
    private var byteCount = 0
    private var hasOverflowed = false

    /// From the first request on the open.
    public init(filter: CompletionFilter, outputBufferLength: Int) {
        self.filter = filter
        capacity = min(outputBufferLength, Self.byteCountMax)
    }

    /// Whether a request can be answered at once.
    public var isReady: Bool { hasOverflowed || !changes.isEmpty }

    /// Something changed that matches the filter. A file that is modified again and again has
    /// changed once.
    public mutating func append(_ change: FileNotifyInformation) {
        guard !hasOverflowed else { return }
        if change.action == .modified, changes.last == change { return }
        let grown = ((byteCount + 3) & ~3) + change.encodedSize
        guard grown <= capacity else { return overflow() }
        byteCount = grown
        changes.append(change)
    }

    /// Changes were lost: all that can be told is that there were some.
    public mutating func overflow() {
        changes.removeAll()
        byteCount = 0
        hasOverflowed = true
    }

    /// The answer to a request that has room for `room` bytes; what was kept is forgotten. Asked
    /// only when the buffer is ready.
    public mutating func take(room: Int) -> Outcome {
        defer {
            changes.removeAll()
            byteCount = 0
            hasOverflowed = false
        }
        return hasOverflowed || byteCount > room ? .enumerate : .changes(changes)
    }
}
