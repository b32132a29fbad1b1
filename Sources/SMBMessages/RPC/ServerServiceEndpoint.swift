import Wire

/// The server service (MS-SRVS 3.1): what lists the shares when a client browses.
public struct ServerServiceEndpoint: RPCEndpoint {
    public let interface = RPCSyntax.serverService
    public let pipeName = "srvsvc"

    public var serverName: String
    public var comment: String
    public var shares: [ServerServiceShare]

    public init(serverName: String, comment: String, shares: [ServerServiceShare]) {
        self.serverName = serverName
        self.comment = comment
        self.shares = shares
    }

    public func call(operation: UInt16, arguments: [UInt8]) throws(RPCFault) -> [UInt8] {
        do {
            return try withReader(over: arguments) { reader throws(any Error) in
                switch operation {
                case ServerServiceOperation.shareEnumerate,
                    ServerServiceOperation.shareEnumerateSticky:
                    try enumerateShares(&reader)
                case ServerServiceOperation.shareGetInfo:
                    try shareInfo(&reader)
                case ServerServiceOperation.serverGetInfo:
                    try serverInfo(&reader)
                default:
                    throw RPCFault.operationRange
                }
            }
        } catch let fault as RPCFault {
            throw fault
        } catch {
            throw .badStubData
        }
    }

    /// NetrShareEnum, MS-SRVS 3.1.4.8.
    @_lifetime(reader: copy reader)
    private func enumerateShares(_ reader: inout WireReader) throws -> [UInt8] {
        _ = try reader.readUniqueString()
        let level = try reader.readAligned32()
        // The union's discriminant repeats the level.
        guard try reader.readAligned32() == level else { throw RPCFault.badStubData }
        if try reader.readPointer() {
            // An empty container; a client has no shares to tell of.
            _ = try reader.readAligned32()
            guard try !reader.readPointer() else { throw RPCFault.badStubData }
        }
        let preferredMaximum = try reader.readAligned32()
        let hasResumeHandle = try reader.readPointer()
        let resume = hasResumeHandle ? try reader.readAligned32() : 0

        var writer = NDRWriter()
        writer.write(level)
        writer.write(level)
        guard let format = ServerServiceShareFormat(level: level) else {
            writer.writeNull()
            return finish(&writer, total: 0, resume: hasResumeHandle ? 0 : nil, .invalidLevel)
        }
        let first = min(Int(resume), shares.count)
        let chosen = fitting(shares[first...], format, preferredMaximum)
        writer.writePointer()
        writer.write(UInt32(clamping: chosen.count))
        writer.writePointer()
        writer.write(UInt32(clamping: chosen.count))
        for share in chosen { format.write(share, to: &writer) }
        writer.flush()
        let isComplete = first + chosen.count == shares.count
        return finish(
            &writer,
            total: shares.count - first,
            resume: hasResumeHandle ? (isComplete ? 0 : UInt32(first + chosen.count)) : nil,
            isComplete ? .success : .moreData
        )
    }

    /// Whole entries up to the client's preferred size, at least one.
    private func fitting(
        _ candidates: ArraySlice<ServerServiceShare>,
        _ format: ServerServiceShareFormat,
        _ preferredMaximum: UInt32
    ) -> ArraySlice<ServerServiceShare> {
        var size = 0
        var count = 0
        for share in candidates {
            size += format.estimatedSize(of: share)
            if count > 0, size > Int(preferredMaximum) { break }
            count += 1
        }
        return candidates.prefix(count)
    }

    private func finish(
        _ writer: inout NDRWriter,
        total: Int,
        resume: UInt32?,
        _ result: ServerServiceResult
    ) -> [UInt8] {
        writer.write(UInt32(clamping: total))
        if let resume {
            writer.writePointer()
            writer.write(resume)
        } else {
            writer.writeNull()
        }
        writer.write(result.rawValue)
        return writer.take()
    }

    /// NetrShareGetInfo, MS-SRVS 3.1.4.10.
    @_lifetime(reader: copy reader)
    private func shareInfo(_ reader: inout WireReader) throws -> [UInt8] {
        _ = try reader.readUniqueString()
        let name = try reader.readNDRString()
        let level = try reader.readAligned32()
        var writer = NDRWriter()
        writer.write(level)
        let format = ServerServiceShareFormat(level: level)
        let share = shares.first { $0.name.lowercased() == name.lowercased() }
        guard let format, let share else {
            writer.writeNull()
            let result: ServerServiceResult = format == nil ? .invalidLevel : .noSuchShare
            writer.write(result.rawValue)
            return writer.take()
        }
        writer.writePointer()
        format.write(share, to: &writer)
        writer.flush()
        writer.write(ServerServiceResult.success.rawValue)
        return writer.take()
    }

    /// NetrServerGetInfo, MS-SRVS 3.1.4.17.
    @_lifetime(reader: copy reader)
    private func serverInfo(_ reader: inout WireReader) throws -> [UInt8] {
        _ = try reader.readUniqueString()
        let level = try reader.readAligned32()
        var writer = NDRWriter()
        writer.write(level)
        guard (100...102).contains(level) else {
            writer.writeNull()
            writer.write(ServerServiceResult.invalidLevel.rawValue)
            return writer.take()
        }
        writer.writePointer()
        writer.write(WindowsVersion.platformNT)
        writer.writePointer(to: serverName)
        if level >= 101 {
            writer.write(WindowsVersion.major)
            writer.write(WindowsVersion.minor)
            writer.write(WindowsVersion.serverType)
            writer.writePointer(to: comment)
        }
        if level == 102 {
            // Users, idle minutes before disconnection, hidden, announcement and its spread,
            // users per licence.
            for value in [0xFFFF_FFFF, 15, 0, 240, 3000, 0] as [UInt32] { writer.write(value) }
            writer.writePointer(to: "C:\\")
        }
        writer.flush()
        writer.write(ServerServiceResult.success.rawValue)
        return writer.take()
    }
}
