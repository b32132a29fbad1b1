extension SecurityDescriptor {
    /// MS-DTYP 2.5.3.2 for files: what `token` is granted when it asks for `desired`, or nil when
    /// it is denied. MAXIMUM_ALLOWED in `desired` yields everything that could have been asked for.
    public func access(
        of token: AccessToken,
        desired: AccessMask
    ) -> AccessMask? {
        var remaining = desired.mappedForFile
        var granted: AccessMask = []
        if remaining.contains(.accessSystemSecurity) {
            guard token.privileges.contains(.security) else { return nil }
            granted.insert(.accessSystemSecurity)
            remaining.remove(.accessSystemSecurity)
        }
        let wantsMaximum = remaining.contains(.maximumAllowed)
        remaining.remove(.maximumAllowed)
        let maximum = maximumAccess(of: token)
        guard remaining.isSubset(of: maximum) else { return nil }
        granted.formUnion(remaining)
        if wantsMaximum { granted.formUnion(maximum) }
        // Asking for the maximum and getting nothing is a denial.
        return granted.isEmpty && !desired.isEmpty ? nil : granted
    }

    /// Every right that the token has, whichever it may ask for.
    public func maximumAccess(of token: AccessToken) -> AccessMask {
        guard let discretionaryACL, control.contains(.discretionaryACLPresent) else {
            return .fileAll
        }
        var allowed: AccessMask = []
        var denied: AccessMask = []
        let isOwner = owner.map { token.sids.contains($0) } ?? false
        if token.privileges.contains(.takeOwnership) { allowed.insert(.writeOwner) }
        // An owner can always mend the list, unless it speaks of owners itself.
        if isOwner, !discretionaryACL.entries.contains(where: \.isForOwnerRights) {
            allowed.formUnion([.readControl, .writeDAC])
        }
        for entry in discretionaryACL.entries where !entry.flags.contains(.inheritOnly) {
            guard token.sids.contains(entry.sid) || (isOwner && entry.sid == .ownerRights) else {
                continue
            }
            let mask = entry.mask.mappedForFile
            switch entry.kind {
            case .allowed: allowed.formUnion(mask.subtracting(denied))
            case .denied: denied.formUnion(mask.subtracting(allowed))
            default: continue
            }
        }
        return allowed
    }
}

extension AccessControlEntry {
    fileprivate var isForOwnerRights: Bool {
        sid == .ownerRights && !flags.contains(.inheritOnly)
    }
}
