public import Wire

/// MS-SMB2 2.2.23.1, 2.2.24.1, 2.2.25.1: the server takes an oplock back, the client gives it up,
/// the server agrees. The three have one form.
public struct OplockBreakNotification: Hashable, Sendable {
    public static let structureSize: UInt16 = 24

    /// What the holder may keep.
    public var level: OplockLevel
    public var fileID: FileID

    public init(level: OplockLevel, fileID: FileID) {
        self.level = level
        self.fileID = fileID
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.expectStructureSize(Self.structureSize)
        level = OplockLevel(rawValue: try reader.read())
        try reader.skip(5)
        fileID = try FileID(from: &reader)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(Self.structureSize)
        writer.write(level.rawValue)
        writer.write(zeros: 5)
        fileID.encode(to: &writer)
    }
}

public typealias OplockBreakAcknowledgment = OplockBreakNotification
public typealias OplockBreakResponse = OplockBreakNotification
