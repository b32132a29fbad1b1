internal import CFileSystem
internal import Descriptors
import SMBMessages

/// Security descriptors: stored whole, or made from the mode.
extension POSIXFile {
    func securityDescriptor() throws(NTStatus) -> SecurityDescriptor {
        try mappingErrors { () throws(Errno) in
            let status = try System.status(handle.rawValue)
            if let stored = try store.storedSecurity(handle.rawValue, status) { return stored }
            return SecurityDescriptor(
                mode: status.mode,
                userID: status.user,
                groupID: status.group,
                isDirectory: kind == .directory
            )
        }
    }

    func setSecurityDescriptor(_ descriptor: SecurityDescriptor) throws(NTStatus) {
        try store.checkWritable()
        guard store.capabilities.contains(.persistentSecurity), !kind.isSpecial else {
            throw .notSupported
        }
        do {
            let status = try System.status(handle.rawValue)
            let bytes = StoredSecurity(descriptor, status).bytes
            try System.setAttribute(handle.rawValue, StoredSecurity.name, bytes)
        } catch .noSpace, .outOfRange {
            throw .fileSystemLimitation
        } catch {
            throw NTStatus(error)
        }
    }
}
