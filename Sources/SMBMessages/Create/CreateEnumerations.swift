/// MS-SMB2 2.2.13: what other opens may do while this one is there.
public struct ShareAccess: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let read = ShareAccess(rawValue: 0x0000_0001)
    public static let write = ShareAccess(rawValue: 0x0000_0002)
    public static let delete = ShareAccess(rawValue: 0x0000_0004)
    public static let all: ShareAccess = [.read, .write, .delete]
}

/// MS-SMB2 2.2.13: what to do where the name exists, and where it does not.
public struct CreateDisposition: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let supersede = CreateDisposition(rawValue: 0)
    public static let open = CreateDisposition(rawValue: 1)
    public static let create = CreateDisposition(rawValue: 2)
    public static let openIf = CreateDisposition(rawValue: 3)
    public static let overwrite = CreateDisposition(rawValue: 4)
    public static let overwriteIf = CreateDisposition(rawValue: 5)
}

/// MS-SMB2 2.2.14: what the server did.
public struct CreateAction: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let superseded = CreateAction(rawValue: 0)
    public static let opened = CreateAction(rawValue: 1)
    public static let created = CreateAction(rawValue: 2)
    public static let overwritten = CreateAction(rawValue: 3)
}

/// MS-SMB2 2.2.13: how far the server may act in the client's name.
public struct ImpersonationLevel: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let anonymous = ImpersonationLevel(rawValue: 0)
    public static let identification = ImpersonationLevel(rawValue: 1)
    public static let impersonation = ImpersonationLevel(rawValue: 2)
    public static let delegate = ImpersonationLevel(rawValue: 3)
}

/// MS-SMB2 2.2.13: what a client may keep in its cache.
public struct OplockLevel: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let none = OplockLevel(rawValue: 0x00)
    public static let levelII = OplockLevel(rawValue: 0x01)
    public static let exclusive = OplockLevel(rawValue: 0x08)
    public static let batch = OplockLevel(rawValue: 0x09)
    /// A create context says what.
    public static let lease = OplockLevel(rawValue: 0xFF)
}
