internal import CFileSystem

/// The names of one directory by their folded form, to find a name without regard to case.
///
/// Keeps a hash for each name and the names in one block of bytes: some forty bytes a name, so that
/// a directory of 100,000 costs four megabytes while it is cached.
struct DirectoryIndex {
    /// When a directory was last changed, as its own inode tells.
    struct Stamp: Equatable {
        var writeSeconds: Int64
        var writeNanoseconds: UInt32
        var changeSeconds: Int64
        var changeNanoseconds: UInt32

        init(_ status: fs_file_status) {
            writeSeconds = status.write_seconds
            writeNanoseconds = status.write_nanoseconds
            changeSeconds = status.change_seconds
            changeNanoseconds = status.change_nanoseconds
        }
    }

    /// The state of the directory that the index stands for.
    var stamp: Stamp
    /// Counts the full readings, so that an update made for an older one is known.
    let generation: UInt64
    let readAt: UInt64
    /// Whether names were added or taken away since the directory was read.
    private(set) var isAmended = false
    private var positions: [Int: UInt32] = [:]
    private var names: [UInt8] = []
    /// Hashes that more than one name has: their names are found by reading the directory.
    private var shared: Set<Int> = []

    init(stamp: Stamp, generation: UInt64, readAt: UInt64) {
        self.stamp = stamp
        self.generation = generation
        self.readAt = readAt
    }

    enum Answer: Equatable {
        case missing
        case name([UInt8])
        /// Several names fold alike, or hash alike.
        case ambiguous
    }

    /// An approximation of the bytes that the index takes.
    var cost: Int { names.count + positions.count * 24 }

    static func hash(_ folded: [UInt8]) -> Int {
        var hasher = Hasher()
        hasher.combine(folded)
        return hasher.finalize()
    }

    func find(folded: [UInt8]) -> Answer {
        let hash = Self.hash(folded)
        if shared.contains(hash) { return .ambiguous }
        guard let position = positions[hash] else { return .missing }
        let name = name(at: position)
        let shown = NativeName.decode(name, .windows)
        return NameFolding.fold(shown) == folded ? .name(name) : .missing
    }

    /// Takes in a name that the directory holds.
    mutating func insert(_ name: [UInt8]) {
        let hash = Self.hash(NameFolding.fold(NativeName.decode(name, .windows)))
        if let position = positions[hash] {
            if self.name(at: position) != name { shared.insert(hash) }
            return
        }
        guard name.count <= 255, let position = UInt32(exactly: names.count) else { return }
        positions[hash] = position
        names.append(UInt8(name.count))
        names.append(contentsOf: name)
    }

    /// Follows a change that the store itself made.
    mutating func amend(adding added: [UInt8]?, removing removed: [UInt8]?, stamp: Stamp) {
        if let removed {
            let hash = Self.hash(NameFolding.fold(NativeName.decode(removed, .windows)))
            // A shared hash stays so: who reads the directory will find what is left.
            if !shared.contains(hash) { positions[hash] = nil }
        }
        if let added { insert(added) }
        self.stamp = stamp
        isAmended = true
    }

    private func name(at position: UInt32) -> [UInt8] {
        let start = Int(position) + 1
        return Array(names[start..<start + Int(names[Int(position)])])
    }
}
