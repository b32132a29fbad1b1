public import Wire

/// A structure that QUERY_INFO returns for a volume (MS-FSCC 2.5).
public protocol FileSystemInformation: Hashable, Sendable {
    static var informationClass: FileSystemInformationClass { get }
    /// Bytes of the fixed part: the least that a reader needs and a buffer must offer.
    static var fixedSize: Int { get }

    @_lifetime(reader: copy reader)
    init(from reader: inout WireReader) throws(WireError)
    func encode(to writer: inout WireWriter)
}
