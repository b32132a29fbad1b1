internal import CFUSE
internal import Client
internal import Glibc

/// Making, removing and moving names.
extension MountedShare {
    func makeFolder(_ parent: UInt64, _ name: String, mode: UInt32) async throws -> Node {
        let place = try child(parent, name)
        let facts = try await share.makeNodeFolder(place.path, mode: mode & 0o7777)
        return table.enter(place.parent, place.name, facts)
    }

    func makeLink(_ parent: UInt64, _ name: String, target: String) async throws -> Node {
        let place = try child(parent, name)
        let facts = try await share.makeNodeLink(place.path, target: target)
        return table.enter(place.parent, place.name, facts)
    }

    /// A hard link.
    func makeName(_ node: Node, _ parent: UInt64, _ name: String) async throws -> Node {
        let place = try child(parent, name)
        let facts = try await share.makeNodeName(try path(of: node), place.path)
        node.facts = facts
        return table.enter(place.parent, place.name, facts)
    }

    func remove(_ parent: UInt64, _ name: String, isFolder: Bool) async throws {
        let place = try child(parent, name)
        try await share.removeNode(place.path, isFolder: isFolder)
        table.removeName(place.parent, place.name)
    }

    func rename(
        _ parent: UInt64,
        _ name: String,
        to newParent: UInt64,
        _ newName: String,
        flags: UInt32
    ) async throws {
        // Exchanging two names is nothing that SMB can say, nor is leaving a whiteout.
        guard flags & ~Self.renameNoReplace == 0 else { throw MountErrno(EINVAL) }
        let (old, new) = (try child(parent, name), try child(newParent, newName))
        try await share.moveNode(
            old.path,
            to: new.path,
            replacing: flags & Self.renameNoReplace == 0
        )
        table.rename(old.parent, old.name, to: new.parent, new.name)
        // What is open there, or below, is had back by its name when the session is lost.
        for handle in handles.all {
            guard let path = handle.node.path, !handle.node.places.isEmpty,
                path != handle.file.path
            else { continue }
            await handle.file.noteMoved(to: path)
        }
    }

    /// RENAME_NOREPLACE of renameat2(2).
    private static let renameNoReplace: UInt32 = 1
}
