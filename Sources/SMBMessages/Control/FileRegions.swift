public import Wire

/// MS-FSCC 2.3.56: the regions of a file that answer a query.
public struct FileRegions: Hashable, Sendable {
    public static let fixedSize = 16

    /// Regions that the range has in all, whether they fitted or not.
    public var totalCount: UInt32
    public var regions: [FileRegion]

    public init(totalCount: UInt32, regions: [FileRegion]) {
        self.totalCount = totalCount
        self.regions = regions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try reader.skip(4)
        totalCount = try reader.read()
        let position = reader.offset
        let count = Int(try reader.read(UInt32.self))
        try reader.skip(4)
        guard count <= reader.remaining / FileRegion.fixedSize else {
            throw WireError(.truncated, at: position)
        }
        regions = []
        for _ in 0..<count { regions.append(try FileRegion(from: &reader)) }
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(UInt32(0))
        writer.write(totalCount)
        writer.write(UInt32(clamping: regions.count))
        writer.write(UInt32(0))
        for region in regions { region.encode(to: &writer) }
    }
}
