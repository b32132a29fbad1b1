public import Wire

/// The client's half of NetrShareEnum at level 1 (MS-SRVS 3.1.4.8).
public enum ServerServiceClient {
    public static let pipeName = "srvsvc"
    /// NetrShareEnum.
    public static let shareEnumerate = ServerServiceOperation.shareEnumerate
    /// Bounds what a server's list may hold.
    public static let shareCountMax = 65_536

    public static func shareEnumerateRequest(server: String, resume: UInt32 = 0) -> [UInt8] {
        var writer = NDRWriter()
        writer.writePointer()
        writer.write(string: server)
        writer.write(1)
        writer.write(1)
        writer.writePointer()
        writer.write(0)
        writer.writeNull()
        writer.write(.max)
        writer.writePointer()
        writer.write(resume)
        return writer.take()
    }

    public struct ShareList: Hashable, Sendable {
        public var shares: [ServerServiceShare]
        public var resume: UInt32
        public var result: ServerServiceResult
    }

    @_lifetime(reader: copy reader)
    public static func decodeShareEnumerateResponse(
        from reader: inout WireReader
    ) throws(WireError) -> ShareList {
        let start = reader.offset
        guard try reader.readAligned32() == 1, try reader.readAligned32() == 1 else {
            throw WireError(.invalidValue, at: start)
        }
        var shares: [ServerServiceShare] = []
        if try reader.readPointer() {
            let count = try reader.readAligned32()
            if try reader.readPointer() { shares = try readShares(count, from: &reader) }
        }
        _ = try reader.readAligned32()
        let resume = try reader.readPointer() ? try reader.readAligned32() : 0
        let result = ServerServiceResult(rawValue: try reader.readAligned32())
        return ShareList(shares: shares, resume: resume, result: result)
    }

    /// An array of structures, then the strings that they point at.
    @_lifetime(reader: copy reader)
    private static func readShares(
        _ count: UInt32,
        from reader: inout WireReader
    ) throws(WireError) -> [ServerServiceShare] {
        let start = reader.offset
        guard try reader.readAligned32() == count, count <= shareCountMax,
            Int(count) <= reader.remaining / 12
        else { throw WireError(.invalidValue, at: start) }
        var fixed: [(hasName: Bool, kind: UInt32, hasComment: Bool)] = []
        for _ in 0..<count {
            let hasName = try reader.readPointer()
            let kind = try reader.readAligned32()
            fixed.append((hasName, kind, try reader.readPointer()))
        }
        var shares: [ServerServiceShare] = []
        for entry in fixed {
            let name = entry.hasName ? try reader.readNDRString() : ""
            let comment = entry.hasComment ? try reader.readNDRString() : ""
            shares.append(ServerServiceShare(name: name, kind: entry.kind, comment: comment))
        }
        return shares
    }
}
