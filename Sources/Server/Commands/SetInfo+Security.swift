import FileStore
import SMBMessages
import Wire

extension InfoChange {
    /// MS-SMB2 3.3.5.21.3, MS-FSA 2.1.5.17.
    func security() throws {
        let file = try open.requireFile()
        let parts = SecurityInformation(rawValue: message.additionalInformation)
        try requireWritableShare()
        if parts.contains(.systemACL) { try open.require(.accessSystemSecurity) }
        if parts.contains(.discretionaryACL) { try open.require(.writeDAC) }
        if !parts.isDisjoint(with: [.owner, .group, .label]) { try open.require(.writeOwner) }
        let descriptor: SecurityDescriptor
        do {
            descriptor = try withReader(over: message.input) { reader throws(WireError) in
                try SecurityDescriptor(from: &reader)
            }
        } catch {
            throw NTStatus.invalidSecurityDescriptor
        }
        try FileSecurity.apply(descriptor, parts, to: file)
    }
}
