public import Wire

/// A structure that QUERY_INFO returns or SET_INFO takes for a file (MS-FSCC 2.4).
public protocol FileInformation: Hashable, Sendable {
    static var informationClass: FileInformationClass { get }
    /// Bytes of the fixed part: the least that a reader needs and a buffer must offer.
    static var fixedSize: Int { get }

    @_lifetime(reader: copy reader)
    init(from reader: inout WireReader) throws(WireError)
    func encode(to writer: inout WireWriter)
}

extension FileInformation {
    /// The structure alone in a buffer, as a SET_INFO request carries it.
    public func encoded() -> [UInt8] {
        var writer = WireWriter()
        encode(to: &writer)
        return writer.finish()
    }
}
