public import SMBMessages

/// The CHANGE_NOTIFY requests of one open directory, and the changes that came between them.
///
/// MS-SMB2 3.3.1.3, 3.3.5.19. The first request decides what is watched and how much is kept; from
/// then on changes are collected also while no request waits, until the open closes.
public struct NotifyBuffer: Sendable {
    /// Bytes of changes kept for one open, however much its client has room for.
    public static let byteCountMax = 65536
    /// Requests that may wait on one open.
    public static let waitingMax = 128

    /// What to answer a request with.
    public enum Outcome: Hashable, Sendable {
        case changes([FileNotifyInformation])
        /// STATUS_NOTIFY_ENUM_DIR: too much has changed to be listed.
        case enumerate
    }

    public struct Completion: Hashable, Sendable {
        public var waiter: WaiterID
        public var outcome: Outcome

        public init(waiter: WaiterID, outcome: Outcome) {
            self.waiter = waiter
            self.outcome = outcome
        }
    }

    public enum RequestAction: Hashable, Sendable {
        /// Changes were waiting.
        case complete(Outcome)
        case wait
        case refuse(NTStatus)
    }

    private struct Waiting: Sendable {
        var waiter: WaiterID
        var room: Int
    }

    public let filter: CompletionFilter
    public let watchesTree: Bool
    /// Bytes kept: what the first request had room for.
    public let capacity: Int
    private var changes: [FileNotifyInformation] = []
    private var byteCount = 0
    private var hasOverflowed = false
    private var waiting: [Waiting] = []

    /// From the first request on the open.
    public init(filter: CompletionFilter, watchesTree: Bool, outputBufferLength: Int) {
        self.filter = filter
        self.watchesTree = watchesTree
        capacity = min(outputBufferLength, Self.byteCountMax)
    }

    public var isWaiting: Bool { !waiting.isEmpty }

    /// A request on the open, the first one included.
    public mutating func request(_ waiter: WaiterID, outputBufferLength: Int) -> RequestAction {
        let room = min(outputBufferLength, capacity)
        if hasOverflowed || !changes.isEmpty { return .complete(takeOutcome(room: room)) }
        guard waiting.count < Self.waitingMax else { return .refuse(.insufficientResources) }
        waiting.append(Waiting(waiter: waiter, room: room))
        return .wait
    }

    /// Something changed. What belongs together (the two names of a rename) comes in one call and
    /// goes out in one response.
    public mutating func record(_ change: [FileNotifyInformation]) -> Completion? {
        for entry in change { append(entry) }
        return completeFirst()
    }

    /// The watcher lost count.
    public mutating func recordOverflow() -> Completion? {
        overflow()
        return completeFirst()
    }

    /// CANCEL; false where the request does not wait any more.
    public mutating func cancel(_ waiter: WaiterID) -> Bool {
        guard let index = waiting.firstIndex(where: { $0.waiter == waiter }) else { return false }
        waiting.remove(at: index)
        return true
    }

    /// The open closes (STATUS_NOTIFY_CLEANUP), or its directory is going away
    /// (STATUS_DELETE_PENDING): nobody waits any longer.
    public mutating func end() -> [WaiterID] {
        defer { waiting.removeAll() }
        return waiting.map(\.waiter)
    }

    private mutating func append(_ change: FileNotifyInformation) {
        guard !hasOverflowed, changes.last != change else { return }
        byteCount = ((byteCount + 3) & ~3) + change.encodedSize
        guard byteCount <= capacity else { return overflow() }
        changes.append(change)
    }

    private mutating func overflow() {
        changes.removeAll()
        byteCount = 0
        hasOverflowed = true
    }

    private mutating func completeFirst() -> Completion? {
        guard hasOverflowed || !changes.isEmpty, !waiting.isEmpty else { return nil }
        let first = waiting.removeFirst()
        return Completion(waiter: first.waiter, outcome: takeOutcome(room: first.room))
    }

    private mutating func takeOutcome(room: Int) -> Outcome {
        defer {
            changes.removeAll()
            byteCount = 0
            hasOverflowed = false
        }
        return hasOverflowed || byteCount > room ? .enumerate : .changes(changes)
    }
}
