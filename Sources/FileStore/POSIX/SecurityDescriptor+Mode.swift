import SMBMessages

extension SecurityDescriptor {
    /// The descriptor of a file that has none stored: what its owner, group and mode mean.
    ///
    /// Unix users are S-1-22-1-uid and groups S-1-22-2-gid, as Samba names them. The owner may
    /// always change the rights and delete the file; everybody may read attributes and rights.
    init(mode: UInt32, userID: UInt32, groupID: UInt32, isDirectory: Bool) {
        let owner = SID(authority: 22, 1, userID)
        let group = SID(authority: 22, 2, groupID)
        let common: AccessMask = [
            .readControl, .readAttributes, .readExtendedAttributes, .synchronize,
        ]
        let entries = [
            (owner, Self.rights(mode >> 6, isDirectory).union(Self.ownerRights)),
            (group, Self.rights(mode >> 3, isDirectory)),
            (SID.everyone, Self.rights(mode, isDirectory)),
        ].map { sid, rights in
            AccessControlEntry(.allowed, mask: rights.union(common), sid: sid)
        }
        self.init(
            control: [.selfRelative, .discretionaryACLPresent],
            owner: owner,
            group: group,
            discretionaryACL: AccessControlList(entries: entries)
        )
    }

    private static let ownerRights: AccessMask = [
        .delete, .writeDAC, .writeOwner, .writeAttributes, .writeExtendedAttributes,
    ]

    private static func rights(_ bits: UInt32, _ isDirectory: Bool) -> AccessMask {
        var rights: AccessMask = []
        if bits & 4 != 0 { rights.formUnion(.fileRead) }
        if bits & 2 != 0 {
            rights.formUnion(.fileWrite)
            rights.insert(.delete)
            if isDirectory { rights.insert(.deleteChild) }
        }
        if bits & 1 != 0 { rights.formUnion(.fileExecute) }
        return rights
    }
}
