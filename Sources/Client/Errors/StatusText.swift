internal import SMBMessages

extension ClientError {
    /// A failure that the server reports, with a remedy where there is a known one.
    init(status: NTStatus, action: String = "") {
        let (kind, reason) = Self.meaning(of: status)
        self.init(
            kind,
            action: action,
            reason: reason,
            status: status.rawValue,
            statusName: status.description
        )
    }

    private static func meaning(of status: NTStatus) -> (Kind, String) {
        if let meaning = accountMeaning(of: status) { return meaning }
        if let meaning = pathMeaning(of: status) { return meaning }
        if let meaning = resourceMeaning(of: status) { return meaning }
        return (.other, "the server reports a failure")
    }

    private static func accountMeaning(of status: NTStatus) -> (Kind, String)? {
        switch status {
        case .logonFailure, .wrongPassword, .noSuchUser:
            (.authentication, "the server does not accept this user name and password; check both")
        case .accountDisabled, .accountExpired, .accountLockedOut, .accountRestriction,
            .invalidLogonHours, .invalidWorkstation, .logonTypeNotGranted:
            (.authentication, "the server does not let this account log on; ask its administrator")
        case .passwordExpired, .passwordMustChange:
            (.authentication, "the password has expired; change it on the server")
        case .networkSessionExpired:
            (.network, "the server ended the session; run the command again")
        case .accessDenied, .networkAccessDenied, .privilegeNotHeld:
            (.refused, "the server denies permission to this user")
        default: nil
        }
    }

    private static func pathMeaning(of status: NTStatus) -> (Kind, String)? {
        switch status {
        case .badNetworkName:
            (
                .notFound,
                "the server has no share of this name; list its shares with "
                    + "'penstock ls smb://HOST'"
            )
        case .objectNameNotFound, .noSuchFile, .notFound:
            (.notFound, "it does not exist; look with 'penstock ls'")
        case .objectPathNotFound:
            (.notFound, "a folder on the way to it does not exist; look with 'penstock ls'")
        case .objectNameInvalid, .objectPathSyntaxBad, .objectPathInvalid:
            (.other, "the server does not allow such a name")
        case .objectNameCollision:
            (.exists, "it exists already; remove it first or choose another name")
        case .directoryNotEmpty: (.exists, "the folder is not empty; use 'penstock rm -r'")
        case .fileIsADirectory: (.other, "it is a folder; name a file, or use the recursive form")
        case .notADirectory: (.other, "it is a file, not a folder")
        case .stoppedOnSymlink, .ioReparseTagNotHandled, .pathNotCovered:
            (.unsupported, "it is a link that leads elsewhere; name its target instead")
        default: nil
        }
    }

    private static func resourceMeaning(of status: NTStatus) -> (Kind, String)? {
        switch status {
        case .diskFull, .quotaExceeded:
            (.diskFull, "no space is left on the server; free some and run the command again")
        case .mediaWriteProtected, .cannotDelete:
            (.refused, "it is read-only; nothing can be changed there")
        case .sharingViolation, .fileLockConflict, .lockNotGranted, .deletePending:
            (.busy, "another program is using it; try again when that is done")
        case .insufficientResources, .insufficientServerResources, .tooManyOpenedFiles,
            .requestNotAccepted, .tooManySessions:
            (.other, "the server is out of resources; try again later or with smaller --jobs")
        case .userSessionDeleted, .networkNameDeleted, .connectionDisconnected, .connectionReset:
            (.network, "the server ended the connection; run the command again")
        case .ioTimeout: (.network, "the server gave up waiting for its own storage")
        case .cancelled: (.cancelled, "it was cancelled")
        case .notSupported, .notImplemented, .invalidDeviceRequest, .invalidInfoClass:
            (.unsupported, "the server cannot do this")
        case .dataError, .crcError, .deviceDataError, .diskCorruptError, .fileCorruptError:
            (.other, "the server cannot read its own storage; check its disk")
        default: nil
        }
    }
}
