public import Wire

/// The SMB 3.1.1 POSIX extensions, which MS-SMB2 does not have: what a CREATE response context, a
/// file and a directory entry tell beyond Windows' attributes.
public struct POSIXAttributes: Hashable, Sendable {
    public var hardLinks: UInt32
    public var reparseTag: UInt32
    /// The permission bits and, where a server sends it, the kind of file.
    public var mode: UInt32
    public var owner: SID
    public var group: SID

    public init(hardLinks: UInt32, reparseTag: UInt32, mode: UInt32, owner: SID, group: SID) {
        self.hardLinks = hardLinks
        self.reparseTag = reparseTag
        self.mode = mode
        self.owner = owner
        self.group = group
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        hardLinks = try reader.read()
        reparseTag = try reader.read()
        mode = try reader.read()
        owner = try SID(from: &reader)
        group = try SID(from: &reader)
    }

    public var encodedSize: Int { 12 + owner.encodedSize + group.encodedSize }

    public func encode(to writer: inout WireWriter) {
        writer.write(hardLinks)
        writer.write(reparseTag)
        writer.write(mode)
        owner.encode(to: &writer)
        group.encode(to: &writer)
    }
}
