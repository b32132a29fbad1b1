/// Everything about one file that its opens share: the file itself and its named streams.
struct FileRecord: Sendable {
    var streams: [StreamRecord] = []
    /// The file goes when its last open closes, whatever stream that is of.
    var isDeletePending = false

    var isUnused: Bool {
        streams.allSatisfy { $0.opens.isEmpty && $0.waiters.isEmpty && !$0.locks.hasWaiters }
    }

    var openCount: Int { streams.reduce(0) { $0 + $1.opens.count } }

    func index(of name: String?) -> Int? { streams.firstIndex { $0.name == name } }

    /// The place of a stream, made on first use.
    mutating func makeIndex(of name: String?) -> Int {
        if let index = index(of: name) { return index }
        streams.append(StreamRecord(name: name))
        return streams.count - 1
    }
}
