internal import CVerbs

/// Room for completions taken at once, used again and again.
@safe public final class CompletionBatch {
    let entries: UnsafeMutablePointer<ibv_wc>
    public let capacity: Int
    public internal(set) var count = 0

    public init(capacity: Int) {
        self.capacity = capacity
        unsafe entries = .allocate(capacity: capacity)
        unsafe entries.initialize(repeating: ibv_wc(), count: capacity)
    }

    deinit { unsafe entries.deallocate() }

    public subscript(position: Int) -> Completion {
        precondition(position >= 0 && position < count)
        return unsafe Completion(entries[position])
    }
}
