import FileStore
import SMBMessages
import SMBState
import Wire

/// A CREATE request that was checked as far as it can be without looking at the file
/// (MS-SMB2 3.3.5.9, MS-FSA 2.1.5.1 phases 1 to 3).
struct CreatePlan {
    var message: CreateRequest
    var path: StorePath
    /// Generic rights resolved; MAXIMUM_ALLOWED still there.
    var desiredAccess: AccessMask
    var disposition: StoreDisposition
    var options: StoreOpenOptions
    var allocationSize: UInt64 = 0
    var extendedAttributes: [ExtendedAttribute] = []
    var securityDescriptor: SecurityDescriptor?
    /// Of the POSIX context.
    var mode: UInt32?
    var wantsMaximalAccess = false
    var maximalAccessTimestamp: FileTime?
    var wantsOnDiskID = false
    var durable = DurableIntent.none
    var cacheWish = FileOpenRequest.CacheWish.none

    /// Bits that mean something in DesiredAccess (MS-SMB2 2.2.13.1).
    static let validAccess: UInt32 = 0xF31F_01FF
    /// Attributes that a client may set (MS-FSCC 2.6), and those it may name without effect.
    static let validAttributes: UInt32 = 0x0000_7FB7
    /// Options that Windows refuses with STATUS_NOT_SUPPORTED: CREATE_TREE_CONNECTION,
    /// FILE_OPEN_BY_FILE_ID, FILE_RESERVE_OPFILTER.
    static let unsupportedOptions: UInt32 = 0x0010_2080
    /// Beyond these STATUS_INVALID_PARAMETER is due.
    static let validOptions: UInt32 = 0x00FF_FFFF

    init(_ message: CreateRequest, _ request: Request) throws {
        self.message = message
        guard message.impersonationLevel.rawValue <= ImpersonationLevel.delegate.rawValue else {
            throw NTStatus.badImpersonationLevel
        }
        guard let disposition = StoreDisposition(rawValue: message.disposition.rawValue) else {
            throw NTStatus.invalidParameter
        }
        self.disposition = disposition
        try Self.check(message)
        desiredAccess = message.desiredAccess.resolvingGeneric()
        options = []
        if message.options.contains(.directoryFile) { options.insert(.directory) }
        if message.options.contains(.nonDirectoryFile) { options.insert(.nonDirectory) }
        if message.options.contains(.openReparsePoint) { options.insert(.reparsePoint) }
        if message.options.contains(.writeThrough) { options.insert(.writeThrough) }
        var rules = StorePath.Rules.windows
        if let data = message.contexts.data(of: .posix),
            request.connection.negotiation?.hasPOSIXExtensions == true
        {
            mode = try POSIXCreateRequest(data: data).mode
            rules = .posix
        }
        path = try StorePath(message.name, rules: rules)
        if options.contains(.directory), path.demand == .data { throw NTStatus.notADirectory }
        try readContexts()
        if let negotiation = request.connection.negotiation {
            durable = try DurableIntent(message.contexts, dialect: negotiation.dialect)
            try readCacheWish(negotiation)
        }
        if message.options.contains(.directoryFile), disposition.replaces {
            throw NTStatus.invalidParameter
        }
    }

    private static func check(_ message: CreateRequest) throws(NTStatus) {
        let options = message.options
        guard message.desiredAccess.rawValue & ~validAccess == 0,
            message.desiredAccess.rawValue != 0
        else { throw .accessDenied }
        guard message.shareAccess.rawValue & ~ShareAccess.all.rawValue == 0 else {
            throw .invalidParameter
        }
        guard message.attributes.rawValue & ~validAttributes == 0 else { throw .invalidParameter }
        // Files are not encrypted on this disk.
        guard !message.attributes.contains(.encrypted) else { throw .accessDenied }
        guard options.rawValue & ~validOptions == 0 else { throw .invalidParameter }
        guard options.rawValue & unsupportedOptions == 0 else { throw .notSupported }
        guard !options.isSuperset(of: [.directoryFile, .nonDirectoryFile]) else {
            throw .invalidParameter
        }
        if options.contains(.deleteOnClose),
            message.desiredAccess.resolvingGeneric().isDisjoint(with: [.delete, .maximumAllowed])
        {
            throw .accessDenied
        }
    }

    /// MS-SMB2 3.3.5.9.1 to 3.3.5.9.14; contexts that nobody knows are left alone.
    private mutating func readContexts() throws {
        // The shortest name that is one has four characters (2.2.13.2).
        guard message.contexts.allSatisfy({ $0.name.rawValue.count >= 4 }) else {
            throw NTStatus.invalidParameter
        }
        if let data = message.contexts.data(of: .allocationSize) {
            allocationSize = try AllocationSizeRequest(data: data).size
        }
        if let data = message.contexts.data(of: .extendedAttributes) {
            extendedAttributes = try withReader(over: data) { list throws(WireError) in
                try ExtendedAttribute.decodeList(from: &list)
            }
        }
        if let data = message.contexts.data(of: .securityDescriptor) {
            securityDescriptor = try withReader(over: data) { reader throws(WireError) in
                try SecurityDescriptor(from: &reader)
            }
        }
        if message.contexts.data(of: .timeWarp) != nil {
            // There are no snapshots to look into (MS-SMB2 3.3.5.9.4).
            throw NTStatus.objectNameNotFound
        }
        if let data = message.contexts.data(of: .maximalAccess) {
            wantsMaximalAccess = true
            maximalAccessTimestamp = try MaximalAccessRequest(data: data).timestamp
        }
        wantsOnDiskID = message.contexts.data(of: .onDiskID) != nil
    }

    /// What the store has to be opened for, given what is granted.
    func storeAccess(_ granted: AccessMask) -> StoreAccess {
        var access: StoreAccess = []
        if !granted.isDisjoint(with: [.readData, .execute]) { access.insert(.read) }
        if !granted.isDisjoint(with: [.writeData, .appendData]) { access.insert(.write) }
        return access
    }

    /// An oplock by its level; a lease by its context, without which that level means nothing
    /// (MS-SMB2 3.3.5.9.8, 3.3.5.9.11).
    private mutating func readCacheWish(_ negotiation: Negotiation) throws {
        switch message.requestedOplock {
        case .levelII, .exclusive, .batch:
            cacheWish = .oplock(Caching(oplockLevel: message.requestedOplock.rawValue))
        case .lease:
            // A lease is a client's, so the client has to say who it is.
            guard let data = message.contexts.data(of: .lease), negotiation.clientGUID != .zero
            else { return }
            let context = try LeaseContext(data: data)
            let v2 = negotiation.is3x ? context.v2 : nil
            cacheWish = .lease(
                FileOpenRequest.LeaseWish(
                    id: LeaseID(
                        client: negotiation.clientGUID.rawValue,
                        key: context.key.rawValue
                    ),
                    state: Caching(rawValue: context.state.rawValue),
                    isVersion2: v2 != nil,
                    epoch: v2?.epoch ?? 0,
                    parentKey: context.flags.contains(.parentKeySet)
                        ? v2?.parentKey.rawValue : nil
                )
            )
        default: break
        }
    }
}

extension AccessMask {
    /// MS-SMB2 2.2.13.1: generic rights are abbreviations.
    func resolvingGeneric() -> AccessMask {
        var result = subtracting(.anyGeneric)
        if contains(.genericRead) { result.formUnion(.fileRead) }
        if contains(.genericWrite) { result.formUnion(.fileWrite) }
        if contains(.genericExecute) { result.formUnion(.fileExecute) }
        if contains(.genericAll) { result.formUnion(.fileAll) }
        return result
    }
}
