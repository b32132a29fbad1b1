/// Everything about one file that its opens share: the file itself and its named streams.
struct FileRecord: Sendable {
    var streams: [StreamRecord] = []
    /// The file goes when its last open closes, whatever stream that is of.
    var isDeletePending = false
    /// Its last open is closed and its name is being removed: nobody may open it any more.
    var isBeingDeleted = false

    var isUnused: Bool {
        !isBeingDeleted
            && streams.allSatisfy {
                $0.opens.isEmpty && $0.waiters.isEmpty && !$0.locks.hasWaiters
            }
    }

    var openCount: Int { streams.reduce(0) { $0 + $1.opens.count } }

    /// Deletion of the file takes its named streams with it, so whoever uses one of them without
    /// sharing deletion keeps others from opening the file for it (MS-FSA 2.1.5.1.2.2).
    func forbidsDeletion(_ access: UInt32) -> Bool {
        guard ShareModes.Uses(access: access).contains(.delete) else { return false }
        return streams.contains { stream in
            stream.name != nil
                && stream.opens.contains {
                    !$0.modes.uses.isEmpty && !$0.modes.shares.contains(.delete)
                }
        }
    }

    func index(of name: String?) -> Int? { streams.firstIndex { $0.name == name } }

    /// The place of a stream, made on first use.
    mutating func makeIndex(of name: String?) -> Int {
        if let index = index(of: name) { return index }
        streams.append(StreamRecord(name: name))
        return streams.count - 1
    }
}
