public import Wire

/// MS-SMB2 2.2.31.3: asks that the open outlives a lost connection for a while.
public struct ResiliencyRequest: Hashable, Sendable {
    public static let fixedSize = 8

    public var timeoutMilliseconds: UInt32

    public init(timeoutMilliseconds: UInt32) {
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        timeoutMilliseconds = try reader.read()
        try reader.skip(4)
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(timeoutMilliseconds)
        writer.write(zeros: 4)
    }
}
