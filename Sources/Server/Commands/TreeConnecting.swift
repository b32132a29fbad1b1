import SMBMessages
import Wire

/// MS-SMB2 3.3.5.7.
enum TreeConnecting {
    static func handle(
        _ request: Request,
        _ reader: inout WireReader,
        _ writer: inout WireWriter
    ) throws -> Connection.Result {
        let connection = request.connection
        guard let session = request.session, let negotiation = connection.negotiation else {
            throw NTStatus.userSessionDeleted
        }
        let message = try TreeConnectRequest(from: &reader)
        guard let name = shareName(in: message.path) else { throw NTStatus.invalidParameter }
        guard let share = connection.server.share(named: String(name)) else {
            throw NTStatus.badNetworkName
        }
        if share.requiresEncryption {
            guard negotiation.cipher != nil, session.isAuthenticatedUser else {
                throw NTStatus.accessDenied
            }
        }
        let access: AccessMask = share.isReadOnly ? .shareReadOnly : .shareAll
        guard let tree = session.addTree(share: share, maximalAccess: access) else {
            throw NTStatus.insufficientResources
        }
        request.replyTreeID = tree.treeID
        var isDisk = true
        if case .pipes = share.kind { isDisk = false }
        TreeConnectResponse(
            shareType: isDisk ? .disk : .pipe,
            shareFlags: share.requiresEncryption ? [.encryptData] : [],
            maximalAccess: access
        ).encode(to: &writer)
        return .answered
    }

    /// `\\server\share`: two backslashes, a host, one backslash, a name.
    static func shareName(in path: String) -> Substring? {
        guard path.hasPrefix("\\\\") else { return nil }
        let parts = path.dropFirst(2).split(
            separator: "\\",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, !parts[1].contains("\\")
        else { return nil }
        return parts[1]
    }
}

extension AccessMask {
    /// FILE_ALL_ACCESS.
    static let shareAll = AccessMask(rawValue: 0x001F_01FF)
    /// FILE_GENERIC_READ and FILE_GENERIC_EXECUTE: nothing that changes a file.
    static let shareReadOnly = AccessMask(rawValue: 0x0012_00A9)
}
