internal import CFileSystem
internal import Descriptors
import SMBMessages

/// Security descriptors: stored whole, or made from the mode.
extension POSIXFile {
    func securityDescriptor() throws(NTStatus) -> SecurityDescriptor {
        try mappingErrors { () throws(Errno) in
            let status = try System.status(handle.rawValue)
            if store.capabilities.contains(.persistentSecurity),
                let bytes = try System.attribute(
                    handle.rawValue,
                    StoredSecurity.name,
                    sizeHint: 1024
                ),
                let stored = StoredSecurity(bytes: bytes), stored.isCurrent(status)
            {
                return stored.descriptor
            }
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
