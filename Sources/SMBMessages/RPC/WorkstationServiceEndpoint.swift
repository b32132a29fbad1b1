import Wire

/// As much of the workstation service (MS-WKST 3.2) as clients ask a server for: who it is.
public struct WorkstationServiceEndpoint: RPCEndpoint {
    public let interface = RPCSyntax.workstationService
    public let pipeName = "wkssvc"

    public var serverName: String
    public var domain: String

    public init(serverName: String, domain: String) {
        self.serverName = serverName
        self.domain = domain
    }

    /// NetrWkstaGetInfo.
    private static let getInfo: UInt16 = 0

    public func call(operation: UInt16, arguments: [UInt8]) throws(RPCFault) -> [UInt8] {
        guard operation == Self.getInfo else { throw .operationRange }
        let level: UInt32
        do {
            level = try withReader(over: arguments) { reader throws(WireError) in
                _ = try reader.readUniqueString()
                return try reader.readAligned32()
            }
        } catch {
            throw .badStubData
        }
        var writer = NDRWriter()
        writer.write(level)
        // Levels above 100 tell of paths and users, which is nobody's business here.
        guard level == 100 else {
            writer.writeNull()
            let result: ServerServiceResult =
                level == 101 || level == 102 ? .accessDenied : .invalidLevel
            writer.write(result.rawValue)
            return writer.take()
        }
        writer.writePointer()
        writer.write(WindowsVersion.platformNT)
        writer.writePointer(to: serverName)
        writer.writePointer(to: domain)
        writer.write(WindowsVersion.major)
        writer.write(WindowsVersion.minor)
        writer.flush()
        writer.write(ServerServiceResult.success.rawValue)
        return writer.take()
    }
}
