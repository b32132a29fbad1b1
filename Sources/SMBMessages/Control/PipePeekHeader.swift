public import Wire

/// MS-FSCC 2.3.46: what waits in a pipe; bytes of it may follow.
public struct PipePeekHeader: Hashable, Sendable {
    public static let fixedSize = 16

    public var state: UInt32
    public var readDataAvailable: UInt32
    public var messageCount: UInt32
    public var messageLength: UInt32

    public init(
        state: UInt32,
        readDataAvailable: UInt32,
        messageCount: UInt32,
        messageLength: UInt32
    ) {
        self.state = state
        self.readDataAvailable = readDataAvailable
        self.messageCount = messageCount
        self.messageLength = messageLength
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        state = try reader.read()
        readDataAvailable = try reader.read()
        messageCount = try reader.read()
        messageLength = try reader.read()
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(state)
        writer.write(readDataAvailable)
        writer.write(messageCount)
        writer.write(messageLength)
    }

    /// FILE_PIPE_CONNECTED_STATE.
    public static let connected: UInt32 = 3
    /// FILE_PIPE_CLOSING_STATE.
    public static let closing: UInt32 = 4
}
