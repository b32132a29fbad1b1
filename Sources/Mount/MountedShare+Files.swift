internal import CFUSE
internal import Client
internal import Glibc

/// Open files and their bytes.
extension MountedShare {
    func create(
        _ parent: UInt64,
        _ name: String,
        mode: UInt32,
        flags: Int32
    ) async throws -> (Node, UInt64) {
        let place = try child(parent, name)
        let access = Self.access(flags)
        let file = try await share.openNode(
            place.path,
            NodeOpening(
                reads: access.reads,
                writes: access.writes,
                creation: flags & O_EXCL != 0 ? .always : .ifMissing,
                mode: mode & 0o7777
            )
        )
        var facts = file.facts
        // The kernel takes it for new: if somebody was faster, it is for us to empty it.
        if flags & O_TRUNC != 0, facts.byteCount > 0 {
            try await file.resize(to: 0)
            facts = try await file.node()
        }
        let node = table.enter(place.parent, place.name, facts)
        node.cached = nil
        return (node, keep(file, node, writes: access.writes))
    }

    /// The open file's number, and whether the kernel's pages of it are still good.
    func open(_ node: Node, flags: Int32) async throws -> (UInt64, keepsCache: Bool) {
        let access = Self.access(flags)
        let file = try await file(of: node, access)
        let version = DataVersion(file.facts)
        let isSame = node.cached == version
        node.cached = version
        // The kernel would go by the size that it was told a moment ago.
        if DataVersion(node.facts) != version { kernel?.dropAttributes(of: node.identifier) }
        node.facts = file.facts
        return (keep(file, node, writes: access.writes), isSame)
    }

    private func file(
        of node: Node,
        _ access: (reads: Bool, writes: Bool)
    ) async throws -> RemoteFile {
        let opening = NodeOpening(reads: access.reads, writes: access.writes)
        var asked: RemotePath?
        while let path = node.path, path != asked {
            asked = path
            do {
                let file = try await share.openNode(path, opening)
                if file.facts.fileID == node.facts.fileID { return file }
                file.closeSoon()
            } catch {
                guard error.kind == .notFound else { throw error }
                // Renamed meanwhile, or gone.
            }
        }
        throw MountErrno(ESTALE)
    }

    private static func access(_ flags: Int32) -> (reads: Bool, writes: Bool) {
        switch flags & O_ACCMODE {
        case O_WRONLY: (false, true)
        case O_RDWR: (true, true)
        default: (true, false)
        }
    }

    private func keep(_ file: RemoteFile, _ node: Node, writes: Bool) -> UInt64 {
        let handle = Handle(file, node, writes: writes)
        node.handles.append(handle)
        return handles.add(handle)
    }

    /// The last descriptor is closed.
    func release(_ number: UInt64) async throws {
        guard let handle = handles.remove(number) else { throw MountErrno(EBADF) }
        handle.node.handles.removeAll { $0 === handle }
        table.dropIfUnused(handle.node)
        try await handle.file.close()
    }

    /// Bytes that there are, into a block that the caller gives back.
    func read(_ handle: Handle, at offset: UInt64, count: Int, _ block: Block) async throws -> Int {
        let memory = unsafe UnsafeMutableRawBufferPointer(rebasing: block.memory[..<count])
        return try unsafe await handle.file.readAvailable(
            offset..<offset + UInt64(count),
            into: memory
        )
    }

    /// Bytes that lie in a block from `start` on.
    func write(
        _ handle: Handle,
        at offset: UInt64,
        _ block: Block,
        _ start: Int,
        count: Int
    ) async throws {
        handle.node.cached = nil
        try unsafe await handle.file.write(offset..<offset + UInt64(count)) { target, place in
            let from = start + Int(place - offset)
            unsafe target.copyMemory(
                from: UnsafeRawBufferPointer(
                    rebasing: block.memory[from..<from + target.count]
                )
            )
        }
    }
}
