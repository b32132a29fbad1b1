import FileStore
import SMBMessages
import SMBState
import Wire

/// What a CREATE is granted (MS-SMB2 3.3.5.9, MS-FSA 2.1.5.1.2.1).
extension CreateAttempt {
    func grant(on existing: FileMetadata) throws(NTStatus) -> AccessMask {
        if request.session?.isDemoted == true { throw .accessDenied }
        guard !plan.desiredAccess.contains(.accessSystemSecurity) else {
            throw .privilegeNotHeld
        }
        var maximal = try permitted(on: existing)
        var granted = plan.desiredAccess.subtracting(.maximumAllowed)
        var needed = granted
        switch plan.disposition {
        case .supersede: needed.insert(.delete)
        case .overwrite, .overwriteIf:
            needed.formUnion([.writeData, .writeExtendedAttributes, .writeAttributes])
        default: break
        }
        guard maximal.isSuperset(of: needed) else { throw .accessDenied }
        if plan.desiredAccess.contains(.maximumAllowed) {
            if existing.attributes.contains(.readOnly), !existing.isDirectory {
                maximal.subtract([.writeData, .appendData])
            }
            granted.formUnion(maximal)
            guard !granted.isEmpty else { throw .accessDenied }
        }
        if plan.disposition.replaces { granted.insert(.readAttributes) }
        return granted
    }

    /// Who creates a file may do with it what was asked for, whatever its own list says.
    func grantOnNew() throws(NTStatus) -> AccessMask {
        if request.session?.isDemoted == true { throw .accessDenied }
        guard !plan.desiredAccess.contains(.accessSystemSecurity) else {
            throw .privilegeNotHeld
        }
        var granted = plan.desiredAccess.subtracting(.maximumAllowed)
        guard tree.maximalAccess.isSuperset(of: granted) else { throw .accessDenied }
        if plan.desiredAccess.contains(.maximumAllowed) { granted.formUnion(tree.maximalAccess) }
        return granted
    }

    /// The most that the share and the file's access list let the user do. A file without a list is
    /// guarded by the file system.
    private func permitted(on existing: FileMetadata) throws(NTStatus) -> AccessMask {
        guard let security = existing.security, plan.path.rules == .windows,
            let token = request.session?.token
        else { return tree.maximalAccess }
        var allowed = security.maximumAccess(of: token)
        if !allowed.isSuperset(of: [.delete, .readAttributes]), !plan.path.isRoot {
            // The directory can give what the file refuses.
            let parent = try store.metadata(at: plan.path.parent, opensReparsePoint: false)
            let inParent = parent?.security?.maximumAccess(of: token) ?? .fileAll
            if inParent.contains(.deleteChild) { allowed.insert(.delete) }
            if inParent.contains(.listDirectory) { allowed.insert(.readAttributes) }
        }
        return allowed.intersection(tree.maximalAccess)
    }

    /// MS-SMB2 3.3.5.9.5. A client that knows the file as of its last change learns nothing new.
    func maximalAccess(_ metadata: FileMetadata, isNew: Bool) -> MaximalAccessResponse {
        if let timestamp = plan.maximalAccessTimestamp, timestamp != .zero,
            timestamp == metadata.changeTime
        {
            return MaximalAccessResponse(status: .noneMapped, access: [])
        }
        do {
            guard isNew else {
                return MaximalAccessResponse(access: try permitted(on: metadata))
            }
            let current = try store.metadata(at: plan.path, opensReparsePoint: true)
            return MaximalAccessResponse(access: try permitted(on: current ?? metadata))
        } catch {
            return MaximalAccessResponse(status: error, access: [])
        }
    }
}
