public import Wire

/// MS-SMB2 2.2.24: an OPLOCK_BREAK request, which is about an oplock or about a lease. Only its
/// StructureSize says which.
public enum BreakAcknowledgment: Hashable, Sendable {
    case oplock(OplockBreakAcknowledgment)
    case lease(LeaseBreakAcknowledgment)

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        let start = reader.offset
        let size = try reader.read(UInt16.self)
        try reader.seek(to: start)
        if size == LeaseBreakAcknowledgment.structureSize {
            self = .lease(try LeaseBreakAcknowledgment(from: &reader))
        } else {
            self = .oplock(try OplockBreakAcknowledgment(from: &reader))
        }
    }
}
