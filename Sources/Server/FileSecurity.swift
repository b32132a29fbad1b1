import FileStore
import SMBMessages

/// Changes of who may do what with a file (MS-FSA 2.1.5.17).
enum FileSecurity {
    /// Puts the parts of `descriptor` that a client chose in place of the file's own. Owner, group
    /// and mode go to the file system where they are named in its terms.
    static func apply(
        _ descriptor: SecurityDescriptor,
        _ parts: SecurityInformation,
        to file: any StoreFile
    ) throws(NTStatus) {
        var change = POSIXChange()
        if parts.contains(.owner) { change.userID = descriptor.owner?.localUser }
        if parts.contains(.group) { change.groupID = descriptor.group?.localGroup }
        if parts.contains(.discretionaryACL) { change.mode = descriptor.posixMode }
        var result = try file.securityDescriptor()
        if change != POSIXChange() { try file.setPOSIX(change) }
        // Clients of the POSIX extensions write a mode as a list of one entry: that is all of it.
        guard change.mode == nil else { return }
        result.merge(descriptor, parts)
        try file.setSecurityDescriptor(result)
    }
}

extension SecurityDescriptor {
    /// The permission bits that an entry for S-1-5-88-3 names, if there is one.
    fileprivate var posixMode: UInt32? {
        discretionaryACL?.entries.lazy.compactMap(\.sid.posixMode).first.map { $0 & 0o7777 }
    }

    /// The parts that a query asks for.
    func selecting(_ wanted: SecurityInformation) -> SecurityDescriptor {
        var part = self
        if !wanted.contains(.owner) { part.owner = nil }
        if !wanted.contains(.group) { part.group = nil }
        if !wanted.contains(.discretionaryACL) {
            part.discretionaryACL = nil
            part.control.subtract(Control.ofDiscretionaryACL)
        }
        if !wanted.contains(.systemACL) {
            part.systemACL = nil
            part.control.subtract(Control.ofSystemACL)
        }
        return part
    }

    fileprivate mutating func merge(
        _ other: SecurityDescriptor,
        _ parts: SecurityInformation
    ) {
        if parts.contains(.owner), let owner = other.owner { self.owner = owner }
        if parts.contains(.group), let group = other.group { self.group = group }
        if parts.contains(.discretionaryACL) {
            discretionaryACL = other.discretionaryACL?.mappedForFile
            control.subtract(Control.ofDiscretionaryACL)
            control.formUnion(other.control.intersection(Control.ofDiscretionaryACL))
            control.insert(.discretionaryACLPresent)
            Self.keepAutoInherited(other.control, &control)
        }
        if parts.contains(.systemACL) {
            systemACL = other.systemACL?.mappedForFile
            control.subtract(Control.ofSystemACL)
            control.formUnion(other.control.intersection(Control.ofSystemACL))
        }
    }

    /// AUTO_INHERITED stays only where the client asked for it with INHERIT_REQUIRED
    /// (MS-DTYP 2.4.6, the control bits DR and DI).
    private static func keepAutoInherited(_ asked: Control, _ control: inout Control) {
        if !asked.isSuperset(of: [
            .discretionaryACLInheritRequired, .discretionaryACLAutoInherited,
        ]) {
            control.remove(.discretionaryACLAutoInherited)
        }
        control.remove(.discretionaryACLInheritRequired)
    }
}

extension SecurityDescriptor.Control {
    fileprivate static let ofDiscretionaryACL: Self = [
        .discretionaryACLPresent, .discretionaryACLDefaulted, .discretionaryACLProtected,
        .discretionaryACLAutoInherited, .discretionaryACLInheritRequired,
    ]
    fileprivate static let ofSystemACL: Self = [
        .systemACLPresent, .systemACLDefaulted, .systemACLProtected, .systemACLAutoInherited,
        .systemACLInheritRequired,
    ]
}

extension AccessControlList {
    /// Generic rights replaced by what they mean for a file.
    fileprivate var mappedForFile: AccessControlList {
        var list = self
        for index in list.entries.indices where !list.entries[index].flags.contains(.inheritOnly) {
            list.entries[index].mask = list.entries[index].mask.mappedForFile
        }
        return list
    }
}

extension SID {
    /// A user of this machine, in either way of naming one.
    fileprivate var localUser: UInt32? { posixUser ?? unixIdentity(kind: 1) }
    fileprivate var localGroup: UInt32? { posixGroup ?? unixIdentity(kind: 2) }

    private func unixIdentity(kind: UInt32) -> UInt32? {
        guard authority == 22, subAuthorities.count == 2, subAuthorities[0] == kind else {
            return nil
        }
        return subAuthorities[1]
    }
}
