extension SecurityDescriptor {
    /// MS-DTYP 2.5.3.4: the descriptor of a new object in a container that has this one.
    /// `creator` is what the client asked for, if anything.
    public func descriptorForChild(
        creator: SecurityDescriptor?,
        token: AccessToken,
        isContainer: Bool
    ) -> SecurityDescriptor {
        let owner = creator?.owner ?? token.user
        let group = creator?.group ?? token.primaryGroup
        var child = SecurityDescriptor(
            control: [.selfRelative, .discretionaryACLPresent],
            owner: owner,
            group: group
        )
        if let creator, creator.control.contains(.systemACLPresent) {
            child.control.insert(.systemACLPresent)
            child.systemACL = creator.systemACL
        }
        if let creator, creator.control.contains(.discretionaryACLPresent) {
            // What was asked for stands alone: SMB's CREATE does not merge (MS-FSA 2.1.5.1.1).
            child.control.formUnion(creator.control.intersection(.discretionaryACLProtected))
            child.discretionaryACL = creator.discretionaryACL.map {
                $0.mapped(owner: owner, group: group)
            }
            return child
        }
        let inherited = discretionaryACL?.inherited(
            owner: owner,
            group: group,
            isContainer: isContainer
        )
        if let inherited, !inherited.entries.isEmpty {
            if control.contains(.discretionaryACLAutoInherited) {
                child.control.insert(.discretionaryACLAutoInherited)
            }
            child.discretionaryACL = inherited
        } else {
            child.discretionaryACL = .default(owner: owner)
        }
        return child
    }
}

extension AccessControlList {
    /// What a token grants where neither the creator nor the parent says anything: the owner and
    /// the system may do everything.
    static func `default`(owner: SID) -> AccessControlList {
        AccessControlList(entries: [
            AccessControlEntry(.allowed, mask: .fileAll, sid: owner),
            AccessControlEntry(.allowed, mask: .fileAll, sid: .system),
        ])
    }

    /// MS-DTYP 2.5.3.4.7: generic rights and creator SIDs replaced by what they stand for.
    func mapped(owner: SID, group: SID) -> AccessControlList {
        var list = self
        list.entries = entries.map { entry in
            entry.flags.contains(.inheritOnly)
                ? entry : entry.resolved(owner: owner, group: group)
        }
        return list
    }

    /// MS-DTYP 2.5.3.4.4: the entries that a new child gets.
    func inherited(owner: SID, group: SID, isContainer: Bool) -> AccessControlList {
        var list = AccessControlList(revision: revision, entries: [])
        for entry in entries {
            let propagates = !entry.flags.contains(.noPropagateInherit)
            let inheritance = entry.flags.intersection([.objectInherit, .containerInherit])
            let isEffective = inheritance.contains(isContainer ? .containerInherit : .objectInherit)
            let passesOn = isContainer && propagates && !inheritance.isEmpty
            guard isEffective || passesOn else { continue }
            let resolved = entry.resolved(owner: owner, group: group)
            // One entry does for both where it reads the same for the child and its children.
            let isSame = resolved.sid == entry.sid && resolved.mask == entry.mask
            if isEffective {
                var effective = resolved
                effective.flags = .inherited
                if passesOn, isSame { effective.flags.formUnion(inheritance) }
                list.entries.append(effective)
            }
            if passesOn, !isEffective || !isSame {
                var passedOn = entry
                passedOn.flags = inheritance.union([.inherited, .inheritOnly])
                list.entries.append(passedOn)
            }
        }
        return list
    }
}

extension AccessControlEntry {
    fileprivate func resolved(owner: SID, group: SID) -> AccessControlEntry {
        var entry = self
        if sid == .creatorOwner { entry.sid = owner }
        if sid == .creatorGroup { entry.sid = group }
        entry.mask = mask.mappedForFile
        return entry
    }
}
