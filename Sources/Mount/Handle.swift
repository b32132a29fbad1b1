import Client

/// An open file of the mount. Confined to the client's thread.
final class Handle {
    let file: RemoteFile
    let node: Node
    let writes: Bool

    init(_ file: RemoteFile, _ node: Node, writes: Bool) {
        self.file = file
        self.node = node
        self.writes = writes
    }
}

/// An open folder: what was in it when its listing began.
final class FolderHandle {
    struct Entry {
        /// As the server has it, and as programs see it.
        let wire: String
        let local: String
        let facts: FileFacts
    }

    let node: Node
    /// Nil until the first entries are asked for, and again when they are asked for from the start.
    var entries: [Entry]?

    init(_ node: Node) { self.node = node }
}

/// Gives numbers to what is open, for the kernel to name it by.
struct HandleTable<Value> {
    private var values: [Value?] = []
    private var free: [Int] = []

    mutating func add(_ value: Value) -> UInt64 {
        guard let index = free.popLast() else {
            values.append(value)
            return UInt64(values.count - 1)
        }
        values[index] = value
        return UInt64(index)
    }

    subscript(number: UInt64) -> Value? {
        number < UInt64(values.count) ? values[Int(number)] : nil
    }

    mutating func remove(_ number: UInt64) -> Value? {
        guard let value = self[number] else { return nil }
        values[Int(number)] = nil
        free.append(Int(number))
        return value
    }

    var all: [Value] { values.compactMap { $0 } }
}
