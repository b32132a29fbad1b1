/// MS-DTYP 2.4.2.4, and the identities that the POSIX extensions wrap into SIDs.
extension SID {
    public static let null = SID(authority: 0, 0)
    public static let everyone = SID(authority: 1, 0)
    public static let creatorOwner = SID(authority: 3, 0)
    public static let creatorGroup = SID(authority: 3, 1)
    public static let ownerRights = SID(authority: 3, 4)
    public static let network = SID(authority: 5, 2)
    public static let anonymous = SID(authority: 5, 7)
    public static let principalSelf = SID(authority: 5, 10)
    public static let authenticatedUsers = SID(authority: 5, 11)
    public static let system = SID(authority: 5, 18)
    public static let builtinAdministrators = SID(authority: 5, 32, 544)
    public static let builtinUsers = SID(authority: 5, 32, 545)
    public static let builtinGuests = SID(authority: 5, 32, 546)

    /// A POSIX user, as the SMB 3.1.1 POSIX extensions name it.
    public static func posixUser(_ identifier: UInt32) -> SID {
        SID(authority: 5, 88, 1, identifier)
    }

    /// A POSIX group, as the SMB 3.1.1 POSIX extensions name it.
    public static func posixGroup(_ identifier: UInt32) -> SID {
        SID(authority: 5, 88, 2, identifier)
    }

    /// The permission bits of a file, which Linux clients put into an ACE.
    public static func posixMode(_ mode: UInt32) -> SID {
        SID(authority: 5, 88, 3, mode)
    }

    public var posixUser: UInt32? { posixIdentity(kind: 1) }
    public var posixGroup: UInt32? { posixIdentity(kind: 2) }
    public var posixMode: UInt32? { posixIdentity(kind: 3) }

    private func posixIdentity(kind: UInt32) -> UInt32? {
        guard authority == 5, subAuthorities.count == 3, subAuthorities[0] == 88,
            subAuthorities[1] == kind
        else { return nil }
        return subAuthorities[2]
    }
}
