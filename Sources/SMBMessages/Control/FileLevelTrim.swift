public import Wire

/// MS-FSCC 2.3.13: ranges whose bytes nobody needs any more.
public struct FileLevelTrim: Hashable, Sendable {
    public static let fixedSize = 8

    public var key: UInt32
    public var ranges: [AllocatedRange]

    public init(key: UInt32 = 0, ranges: [AllocatedRange]) {
        self.key = key
        self.ranges = ranges
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        key = try reader.read()
        let position = reader.offset
        let count = Int(try reader.read(UInt32.self))
        guard count <= reader.remaining / AllocatedRange.fixedSize else {
            throw WireError(.truncated, at: position)
        }
        ranges = []
        for _ in 0..<count { ranges.append(try AllocatedRange(from: &reader)) }
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(key)
        writer.write(UInt32(clamping: ranges.count))
        for range in ranges { range.encode(to: &writer) }
    }
}
