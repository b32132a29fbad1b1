internal import CFUSE
internal import Client
internal import Glibc

/// A share as the kernel sees it: nodes, open files and what is done with them.
///
/// Used on the client's thread alone, after it was made: every operation is a task there, which
/// goes on with others while it waits for the server.
final class MountedShare: @unchecked Sendable {
    /// Bytes of a name, as Linux has it.
    private static let nameByteCountMax = 255

    let share: Share
    let options: MountOptions
    let executor: any TaskExecutor
    let names: NameMapping
    let table: NodeTable
    let blocks = BlockPool()
    /// Nil where programs wait for as long as it takes.
    let deadlines: RequestDeadlines?
    var handles = HandleTable<Handle>()
    var folders = HandleTable<FolderHandle>()
    /// Set before the first request comes.
    var kernel: KernelCaches?
    /// Where requests are received, and whether a request has kept it. On the thread that reads
    /// requests alone.
    var receiving: Block?

    init(
        share: Share,
        root: FileFacts,
        options: MountOptions,
        executor: any TaskExecutor
    ) {
        self.share = share
        self.options = options
        self.executor = executor
        deadlines = options.deadlineSeconds.map { RequestDeadlines(seconds: $0) }
        names = NameMapping(isPlain: share.hasPOSIXExtensions)
        table = NodeTable(root: root)
    }

    func node(_ identifier: UInt64) throws(MountErrno) -> Node {
        guard let node = table[identifier] else { throw MountErrno(ESTALE) }
        return node
    }

    func handle(_ number: UInt64) throws(MountErrno) -> Handle {
        guard let handle = handles[number] else { throw MountErrno(EBADF) }
        return handle
    }

    func path(of node: Node) throws(MountErrno) -> RemotePath {
        guard let path = node.path else { throw MountErrno(ESTALE) }
        return path
    }

    /// A name in a folder, as the server has it.
    func child(
        _ parent: UInt64,
        _ name: String
    ) throws -> (parent: Node, name: String, path: RemotePath) {
        guard name.utf8.count <= Self.nameByteCountMax else { throw MountErrno(ENAMETOOLONG) }
        let folder = try node(parent)
        let wire = names.wire(name)
        return (folder, wire, try path(of: folder).appending(wire))
    }

    /// What the kernel is told of a node that it looked up.
    func entry(_ node: Node) -> fuse_entry_param {
        var entry = fuse_entry_param()
        entry.ino = node.identifier
        entry.generation = 1
        entry.attr = attributes(of: node)
        entry.attr_timeout = options.attributeSeconds
        entry.entry_timeout = options.attributeSeconds
        return entry
    }

    func attributes(of node: Node) -> stat {
        NodeAttributes(node.facts, inode: node.inode, options).status
    }

    func answer(_ request: FuseRequest, with node: Node) {
        if !request.answer(entry: entry(node)) { table.forget(node.identifier, 1) }
    }
}
