internal import CFileSystem
internal import Descriptors
import SMBMessages

extension POSIXStore {
    /// MS-FSA 2.1.5.1.1: whether the directory lets this user make the file, and the descriptor
    /// that the file gets from the request and the directory together; nil where its mode says all.
    func security(
        of request: StoreOpenRequest,
        in parent: Int32
    ) throws(NTStatus) -> SecurityDescriptor? {
        guard capabilities.contains(.persistentSecurity), request.path.rules == .windows,
            let token = request.token
        else { return request.securityDescriptor }
        let isDirectory = request.options.contains(.directory)
        let stored = try mappingErrors { () throws(Errno) in
            try storedSecurity(parent, try System.status(parent))
        }
        if let stored {
            let needed: AccessMask = isDirectory ? .addSubdirectory : .addFile
            guard stored.access(of: token, desired: needed) != nil else { throw .accessDenied }
        }
        let bequeaths = stored?.discretionaryACL?.entries.contains { entry in
            entry.flags.contains(isDirectory ? .containerInherit : .objectInherit)
                || isDirectory && entry.flags.contains(.objectInherit)
        }
        guard request.securityDescriptor != nil || bequeaths == true else { return nil }
        return (stored ?? SecurityDescriptor()).descriptorForChild(
            creator: request.securityDescriptor,
            token: token,
            isContainer: isDirectory
        )
    }
}
