public import Wire

/// MS-SMB2 2.2.14: an open exists, and this is what it opened.
public struct CreateResponse: Hashable, Sendable {
    public static let fixedSize = 88
    public static let structureSize: UInt16 = 89

    public var oplock: OplockLevel
    /// SMB2_CREATE_FLAG_REPARSEPOINT.
    public var isReparsePoint: Bool
    public var action: CreateAction
    public var creationTime: FileTime
    public var lastAccessTime: FileTime
    public var lastWriteTime: FileTime
    public var changeTime: FileTime
    public var allocationSize: UInt64
    public var endOfFile: UInt64
    public var attributes: FileAttributes
    public var fileID: FileID
    public var contexts: [CreateContext]

    public init(
        oplock: OplockLevel = .none,
        isReparsePoint: Bool = false,
        action: CreateAction,
        creationTime: FileTime = .zero,
        lastAccessTime: FileTime = .zero,
        lastWriteTime: FileTime = .zero,
        changeTime: FileTime = .zero,
        allocationSize: UInt64 = 0,
        endOfFile: UInt64 = 0,
        attributes: FileAttributes,
        fileID: FileID,
        contexts: [CreateContext] = []
    ) {
        self.oplock = oplock
        self.isReparsePoint = isReparsePoint
        self.action = action
        self.creationTime = creationTime
        self.lastAccessTime = lastAccessTime
        self.lastWriteTime = lastWriteTime
        self.changeTime = changeTime
        self.allocationSize = allocationSize
        self.endOfFile = endOfFile
        self.attributes = attributes
        self.fileID = fileID
        self.contexts = contexts
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        oplock = OplockLevel(rawValue: try reader.read())
        isReparsePoint = try reader.read(UInt8.self) & 1 != 0
        action = CreateAction(rawValue: try reader.read())
        creationTime = try FileTime(from: &reader)
        lastAccessTime = try FileTime(from: &reader)
        lastWriteTime = try FileTime(from: &reader)
        changeTime = try FileTime(from: &reader)
        allocationSize = try reader.read()
        endOfFile = try reader.read()
        attributes = FileAttributes(rawValue: try reader.read())
        try reader.skip(4)
        fileID = try FileID(from: &reader)
        let contextsOffset = Int(try reader.read(UInt32.self))
        let contextsCount = Int(try reader.read(UInt32.self))
        contexts = []
        if contextsCount > 0 {
            var list = try reader.slice(at: contextsOffset, count: contextsCount)
            contexts = try [CreateContext](from: &list)
        }
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(oplock.rawValue)
        writer.write(UInt8(isReparsePoint ? 1 : 0))
        writer.write(action.rawValue)
        creationTime.encode(to: &writer)
        lastAccessTime.encode(to: &writer)
        lastWriteTime.encode(to: &writer)
        changeTime.encode(to: &writer)
        writer.write(allocationSize)
        writer.write(endOfFile)
        writer.write(attributes.rawValue)
        writer.write(UInt32(0))
        fileID.encode(to: &writer)
        let contextsOffset = writer.reserve(UInt32.self)
        let contextsCount = writer.reserve(UInt32.self)
        contexts.encode(offset: contextsOffset, length: contextsCount, to: &writer)
    }
}
