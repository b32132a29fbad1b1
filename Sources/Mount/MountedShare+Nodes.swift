internal import CFUSE
internal import Client
internal import Glibc

/// What a file is, and how that is changed.
extension MountedShare {
    func lookUp(_ parent: UInt64, _ name: String) async throws -> Node {
        let place = try child(parent, name)
        let facts = try await share.node(place.path)
        return table.enter(place.parent, place.name, facts)
    }

    /// Asks anew: by name, and of an open file where the name is lost, or leads to another file.
    func refresh(_ node: Node) async throws {
        var asked: RemotePath?
        while let path = node.path, path != asked {
            asked = path
            do {
                let facts = try await share.node(path)
                if node.isRoot || facts.fileID == node.facts.fileID {
                    node.facts = facts
                    return
                }
            } catch {
                guard error.kind == .notFound else { throw error }
                // Perhaps it was renamed while the server was asked: then it has another path now.
            }
        }
        guard let handle = node.handles.last else { throw MountErrno(ESTALE) }
        node.facts = try await handle.file.node()
    }

    func change(_ node: Node, _ change: NodeChange, handle: UInt64?) async throws {
        var change = change
        if change.byteCount != nil { node.cached = nil }
        let open = handle.flatMap { handles[$0] } ?? node.handles.last { $0.writes }
        if let byteCount = change.byteCount, let open, open.writes {
            try await open.file.resize(to: byteCount)
            change.byteCount = nil
        }
        guard change != NodeChange() else { return try await refresh(node) }
        guard node.isRoot || !node.places.isEmpty else {
            return try await changeNameless(node, change)
        }
        if !share.hasPOSIXExtensions, let mode = change.mode, node.facts.kind == .file {
            change.isReadOnly = mode & 0o222 == 0
        }
        if !share.hasPOSIXExtensions, change.userID != nil || change.groupID != nil {
            throw MountErrno(EPERM)
        }
        node.facts = try await share.changeNode(try path(of: node), change)
    }

    /// A file without a name has its times and size alone: nobody else can see the rest.
    private func changeNameless(_ node: Node, _ change: NodeChange) async throws {
        guard let handle = node.handles.last(where: { $0.writes }) ?? node.handles.last else {
            throw MountErrno(ESTALE)
        }
        if change.modified != nil || change.accessed != nil {
            try await handle.file.setTimes(
                modified: change.modified ?? .zero,
                accessed: change.accessed ?? .zero
            )
        }
        node.facts = try await handle.file.node()
    }

    func target(of node: Node) async throws -> String {
        guard let target = try await share.nodeTarget(try path(of: node)) else {
            throw MountErrno(EINVAL)
        }
        return target
    }

    func volume() async throws -> statvfs {
        let space = try await share.space()
        let unit: UInt64 = 4096
        var volume = statvfs()
        volume.f_bsize = UInt(MountOptions.requestByteCountMax)
        volume.f_frsize = UInt(unit)
        volume.f_blocks = UInt(space.total / unit)
        volume.f_bfree = UInt(space.available / unit)
        volume.f_bavail = UInt(space.available / unit)
        volume.f_namemax = 255
        return volume
    }
}
