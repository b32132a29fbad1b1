import Client

/// A file, folder or link that the kernel knows of. Confined to the client's thread.
final class Node {
    /// One of its names: hard links have several.
    struct Place: Hashable {
        let parent: Node
        /// As the server has it.
        var name: String

        static func == (left: Place, right: Place) -> Bool {
            left.parent === right.parent && left.name == right.name
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(parent.identifier)
            hasher.combine(name)
        }
    }

    /// What the kernel calls it.
    let identifier: UInt64
    /// In the order in which they were looked up.
    fileprivate(set) var places: [Place] = []
    /// What the server last told.
    var facts: FileFacts
    /// How often the kernel was told of it, less what it has forgotten.
    fileprivate(set) var lookupCount: UInt64 = 0
    /// Open files of it.
    var handles: [Handle] = []
    /// Of what the kernel's pages are a copy; nil when that is not known.
    var cached: DataVersion?

    init(identifier: UInt64, facts: FileFacts) {
        self.identifier = identifier
        self.facts = facts
    }

    var isRoot: Bool { identifier == NodeTable.rootIdentifier }

    /// The number that programs see.
    var inode: UInt64 { facts.fileID != 0 ? facts.fileID : identifier }

    /// The way from the share's root; nil for what has lost its last name.
    var path: RemotePath? {
        var names: [String] = []
        var node = self
        while !node.isRoot {
            guard let place = node.places.last, names.count < Self.depthMax else { return nil }
            names.append(place.name)
            node = place.parent
        }
        var path = RemotePath.root
        for name in names.reversed() {
            guard let next = try? path.appending(name) else { return nil }
            path = next
        }
        return path
    }

    /// A chain of names that is longer cannot be said in a request.
    private static let depthMax = 4096
}

/// What tells whether the bytes of a file may have changed.
struct DataVersion: Equatable {
    var byteCount: UInt64
    var modified: Timestamp
    var changed: Timestamp

    init(_ facts: FileFacts) {
        byteCount = facts.byteCount
        modified = facts.modified
        changed = facts.changed
    }
}

/// The nodes that the kernel knows, by what it calls them, by their numbers on the server, and by
/// their names. Confined to the client's thread.
final class NodeTable {
    static let rootIdentifier: UInt64 = 1

    let root: Node
    private var nodes: [UInt64: Node] = [:]
    private var byFileID: [UInt64: Node] = [:]
    private var byPlace: [Node.Place: Node] = [:]
    private var nextIdentifier = NodeTable.rootIdentifier + 1

    init(root facts: FileFacts) {
        root = Node(identifier: Self.rootIdentifier, facts: facts)
        root.lookupCount = 1
        nodes[root.identifier] = root
    }

    var count: Int { nodes.count }

    subscript(identifier: UInt64) -> Node? { nodes[identifier] }

    func node(at parent: Node, _ name: String) -> Node? {
        byPlace[Node.Place(parent: parent, name: name)]
    }

    /// The node that a name leads to, as the server tells of it now. It counts as looked up once
    /// more.
    func enter(_ parent: Node, _ name: String, _ facts: FileFacts) -> Node {
        let place = Node.Place(parent: parent, name: name)
        let known = known(facts, at: place)
        let node = known ?? make(facts)
        node.facts = facts
        node.lookupCount += 1
        if let other = byPlace[place], other !== node { remove(place, from: other) }
        if node.places.last != place {
            node.places.removeAll { $0 == place }
            node.places.append(place)
        }
        byPlace[place] = node
        return node
    }

    /// The same file under this or another name. A number that a server gives to a new file is told
    /// apart by the time of its creation.
    private func known(_ facts: FileFacts, at place: Node.Place) -> Node? {
        if facts.fileID != 0 {
            guard let node = byFileID[facts.fileID], Self.isSame(node.facts, facts) else {
                return nil
            }
            return node
        }
        guard let node = byPlace[place], Self.isSame(node.facts, facts) else { return nil }
        return node
    }

    private static func isSame(_ old: FileFacts, _ new: FileFacts) -> Bool {
        old.kind == new.kind && old.created == new.created && old.fileID == new.fileID
    }

    private func make(_ facts: FileFacts) -> Node {
        let node = Node(identifier: nextIdentifier, facts: facts)
        nextIdentifier += 1
        nodes[node.identifier] = node
        if facts.fileID != 0 { byFileID[facts.fileID] = node }
        return node
    }

    /// The kernel has forgotten so many lookups.
    func forget(_ identifier: UInt64, _ count: UInt64) {
        guard let node = nodes[identifier], !node.isRoot else { return }
        node.lookupCount -= min(count, node.lookupCount)
        dropIfUnused(node)
    }

    func dropIfUnused(_ node: Node) {
        guard node.lookupCount == 0, node.handles.isEmpty, !node.isRoot else { return }
        for place in node.places where byPlace[place] === node { byPlace[place] = nil }
        nodes[node.identifier] = nil
        if byFileID[node.facts.fileID] === node { byFileID[node.facts.fileID] = nil }
    }

    /// A name is gone from the server.
    func removeName(_ parent: Node, _ name: String) {
        let place = Node.Place(parent: parent, name: name)
        if let node = byPlace[place] { remove(place, from: node) }
    }

    private func remove(_ place: Node.Place, from node: Node) {
        byPlace[place] = nil
        node.places.removeAll { $0 == place }
    }

    /// A file has another name; what was there before has lost it.
    func rename(_ parent: Node, _ name: String, to newParent: Node, _ newName: String) {
        let (old, new) = (
            Node.Place(parent: parent, name: name), Node.Place(parent: newParent, name: newName)
        )
        guard old != new, let node = byPlace[old] else {
            if old != new { removeName(newParent, newName) }
            return
        }
        // Two names of one file: rename(2) leaves both.
        if byPlace[new] === node { return }
        removeName(newParent, newName)
        remove(old, from: node)
        node.places.append(new)
        byPlace[new] = node
    }
}
