import SMBMessages
import Wire

extension FuzzTarget {
    /// MS-SMB2 2.2.13.2 and 2.2.14.2: the data of every create context that we know.
    static let contexts = FuzzTarget(name: "contexts") { bytes in
        _ = try? LeaseContext(data: bytes)
        _ = try? DurableReconnectRequest(data: bytes)
        _ = try? DurableV2Request(data: bytes)
        _ = try? DurableV2Response(data: bytes)
        _ = try? DurableV2ReconnectRequest(data: bytes)
        _ = try? MaximalAccessRequest(data: bytes)
        _ = try? MaximalAccessResponse(data: bytes)
        _ = try? OnDiskIDResponse(data: bytes)
        _ = try? AllocationSizeRequest(data: bytes)
        _ = try? TimeWarpRequest(data: bytes)
        _ = try? POSIXCreateRequest(data: bytes)
    }
}
