public import Wire

/// MS-SMB2 2.2.32.3: the answer to SRV_REQUEST_RESUME_KEY.
public struct ResumeKeyResponse: Hashable, Sendable {
    /// The key, the length of a context that is always empty, and that context's four bytes.
    public static let encodedSize = 32

    public var key: ResumeKey

    public init(key: ResumeKey) { self.key = key }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        key = try ResumeKey(from: &reader)
        _ = try reader.read(UInt32.self)
    }

    public func encode(to writer: inout WireWriter) {
        key.encode(to: &writer)
        writer.write(UInt32(0))
        writer.write(UInt32(0))
    }
}
