/// One stream of a file (FILE_STREAM_INFORMATION, MS-FSCC 2.4.44).
public struct StreamEntry: Hashable, Sendable {
    /// Without colons and type; empty for the unnamed stream.
    public var name: String
    public var size: UInt64
    public var allocationSize: UInt64

    public init(name: String, size: UInt64, allocationSize: UInt64) {
        self.name = name
        self.size = size
        self.allocationSize = allocationSize
    }

    /// As the wire shows it.
    public var wireName: String { ":\(name):$DATA" }
}
