public import SMBMessages

/// A CREATE, reduced to what a store has to know (MS-FSA 2.1.5.1).
public struct StoreOpenRequest: Sendable {
    public var path: StorePath
    public var disposition: StoreDisposition
    public var access: StoreAccess
    public var options: StoreOpenOptions
    /// For a file that is created or overwritten; what cannot be set is ignored.
    public var attributes: FileAttributes
    /// Room to reserve for a new file (create context AlSi).
    public var allocationSize: UInt64
    /// For a file that is created or overwritten (create context ExtA).
    public var extendedAttributes: [ExtendedAttribute]
    /// For a file that is created (create context SecD); what the directory bequeaths joins it.
    public var securityDescriptor: SecurityDescriptor?
    /// Who creates; nil where access lists are not to be looked at.
    public var token: AccessToken?
    /// Permission bits of a new file (POSIX create context); nil takes the store's default.
    public var mode: UInt32?

    public init(
        path: StorePath,
        disposition: StoreDisposition = .open,
        access: StoreAccess = [.read],
        options: StoreOpenOptions = [],
        attributes: FileAttributes = [],
        allocationSize: UInt64 = 0,
        extendedAttributes: [ExtendedAttribute] = [],
        securityDescriptor: SecurityDescriptor? = nil,
        token: AccessToken? = nil,
        mode: UInt32? = nil
    ) {
        self.path = path
        self.disposition = disposition
        self.access = access
        self.options = options
        self.attributes = attributes
        self.allocationSize = allocationSize
        self.extendedAttributes = extendedAttributes
        self.securityDescriptor = securityDescriptor
        self.token = token
        self.mode = mode
    }
}
