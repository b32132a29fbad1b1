public import Wire

/// MS-SMB2 2.2.13: opens a file, directory or pipe, or creates it.
public struct CreateRequest: Hashable, Sendable {
    public static let fixedSize = 56
    public static let structureSize: UInt16 = 57

    public var requestedOplock: OplockLevel
    public var impersonationLevel: ImpersonationLevel
    public var desiredAccess: AccessMask
    public var attributes: FileAttributes
    public var shareAccess: ShareAccess
    public var disposition: CreateDisposition
    public var options: CreateOptions
    /// Relative to the share, with backslashes; empty for the share's root.
    public var name: String
    public var contexts: [CreateContext]

    public init(
        name: String,
        desiredAccess: AccessMask,
        shareAccess: ShareAccess,
        disposition: CreateDisposition,
        options: CreateOptions = [],
        attributes: FileAttributes = [],
        requestedOplock: OplockLevel = .none,
        impersonationLevel: ImpersonationLevel = .impersonation,
        contexts: [CreateContext] = []
    ) {
        self.name = name
        self.desiredAccess = desiredAccess
        self.shareAccess = shareAccess
        self.disposition = disposition
        self.options = options
        self.attributes = attributes
        self.requestedOplock = requestedOplock
        self.impersonationLevel = impersonationLevel
        self.contexts = contexts
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        try reader.skip(1)
        requestedOplock = OplockLevel(rawValue: try reader.read())
        impersonationLevel = ImpersonationLevel(rawValue: try reader.read())
        // SmbCreateFlags and Reserved, both of which the server ignores.
        try reader.skip(16)
        desiredAccess = AccessMask(rawValue: try reader.read())
        attributes = FileAttributes(rawValue: try reader.read())
        shareAccess = ShareAccess(rawValue: try reader.read())
        disposition = CreateDisposition(rawValue: try reader.read())
        options = CreateOptions(rawValue: try reader.read())
        let nameOffset = Int(try reader.read(UInt16.self))
        let nameCount = Int(try reader.read(UInt16.self))
        let contextsOffset = Int(try reader.read(UInt32.self))
        let contextsCount = Int(try reader.read(UInt32.self))
        name = try reader.text(at: nameOffset, byteCount: nameCount)
        contexts = []
        if contextsCount > 0 {
            var list = try reader.slice(at: contextsOffset, count: contextsCount)
            contexts = try [CreateContext](from: &list)
        }
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(UInt8(0))
        writer.write(requestedOplock.rawValue)
        writer.write(impersonationLevel.rawValue)
        writer.write(zeros: 16)
        writer.write(desiredAccess.rawValue)
        writer.write(attributes.rawValue)
        writer.write(shareAccess.rawValue)
        writer.write(disposition.rawValue)
        writer.write(options.rawValue)
        let nameOffset = writer.reserve(UInt16.self)
        let nameCount = writer.reserve(UInt16.self)
        let contextsOffset = writer.reserve(UInt32.self)
        let contextsCount = writer.reserve(UInt32.self)
        writer.fillOffset(nameOffset)
        let start = writer.count
        writer.write(utf16: name)
        writer.fill(nameCount, with: writer.count - start)
        contexts.encode(offset: contextsOffset, length: contextsCount, to: &writer)
        // The buffer is never empty, though an empty name and no contexts need none of it.
        if writer.count == start { writer.write(UInt8(0)) }
    }
}
