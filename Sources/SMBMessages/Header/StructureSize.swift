import Wire

extension WireReader {
    /// The StructureSize with which every body begins (MS-SMB2 2.2). It must be the one that the
    /// section of the message prescribes, odd where the fixed part is followed by a buffer.
    @_lifetime(self: copy self)
    mutating func expectStructureSize(_ size: UInt16) throws(WireError) {
        let start = offset
        guard try read(UInt16.self) == size else { throw WireError(.invalidValue, at: start) }
    }
}
