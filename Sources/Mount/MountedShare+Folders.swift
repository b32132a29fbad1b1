internal import CFUSE
internal import Client
internal import Glibc

/// Listings.
extension MountedShare {
    func openFolder(_ node: Node) -> UInt64 { folders.add(FolderHandle(node)) }

    func closeFolder(_ number: UInt64) { _ = folders.remove(number) }

    /// Everything that is in the folder now; `.` and `..` come first.
    private func load(_ folder: FolderHandle) async throws {
        var entries: [FolderHandle.Entry] = []
        try await share.list(try path(of: folder.node), asPOSIX: true) { page in
            for facts in page {
                // What no directory here can hold, nobody can open either.
                guard let local = names.local(facts.name) else { continue }
                entries.append(FolderHandle.Entry(wire: facts.name, local: local, facts: facts))
            }
        }
        folder.entries = entries
    }

    /// Answers with the entries from `offset` on that fit, with what they are if that is wanted.
    func list(
        _ number: UInt64,
        from offset: Int,
        byteCount: Int,
        withAttributes: Bool,
        _ request: FuseRequest
    ) async throws {
        guard let folder = folders[number] else { throw MountErrno(EBADF) }
        if offset == 0 || folder.entries == nil { try await load(folder) }
        let entries = folder.entries ?? []
        let block = blocks.take()
        defer { blocks.give(block) }
        let limit = min(byteCount, MountOptions.requestByteCountMax)
        var told: [Node] = []
        var used = 0
        var index = offset
        while index < entries.count + 2 {
            let (name, entry, node) = listed(folder, entries, index, withAttributes)
            let count = request.add(
                name,
                entry,
                next: index + 1,
                withAttributes: withAttributes,
                to: block,
                at: used,
                limit: limit
            )
            guard used + count <= limit else {
                if let node { table.forget(node.identifier, 1) }
                break
            }
            if let node { told.append(node) }
            used += count
            index += 1
        }
        if !request.answer(block, count: used) {
            for node in told { table.forget(node.identifier, 1) }
        }
    }

    private func listed(
        _ folder: FolderHandle,
        _ entries: [FolderHandle.Entry],
        _ index: Int,
        _ withAttributes: Bool
    ) -> (String, fuse_entry_param, Node?) {
        var entry = fuse_entry_param()
        guard index >= 2 else {
            entry.attr = attributes(of: folder.node)
            return (index == 0 ? "." : "..", entry, nil)
        }
        let item = entries[index - 2]
        guard withAttributes else {
            let inode = item.facts.fileID == 0 ? UInt64(index) : item.facts.fileID
            entry.attr = NodeAttributes(item.facts, inode: inode, options).status
            return (item.local, entry, nil)
        }
        let node = table.enter(folder.node, item.wire, item.facts)
        return (item.local, self.entry(node), node)
    }
}
