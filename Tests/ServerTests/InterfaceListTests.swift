import SMBMessages
import Server
import Testing
import Wire

/// FSCTL_QUERY_NETWORK_INTERFACE_INFO, MS-SMB2 3.3.5.15.11.
@Suite struct InterfaceListTests {
    private func interfaces(
        rdma: @escaping @Sendable () -> [UInt32: UInt64]
    ) throws -> [NetworkInterface] {
        let ground = try PlacingServer { $0.rdmaInterfaces = rdma }
        let caller = try PlacingCaller(ground)
        let answer = try #require(
            caller.call(.ioctl) { writer in
                IoctlRequest(
                    controlCode: .queryNetworkInterfaceInfo,
                    fileID: .previous,
                    maximumOutputResponse: 65536,
                    input: []
                ).encode(to: &writer)
            }
        )
        let response = try answer.read { reader throws(WireError) in
            try IoctlResponse(from: &reader)
        }
        return try withReader(over: response.output) { reader throws(WireError) in
            try NetworkInterface.decodeList(from: &reader)
        }
    }

    @Test func interfacesWithADeviceAreMarked() throws {
        let plain = try interfaces { [:] }
        let first = try #require(plain.first)
        #expect(plain.allSatisfy { !$0.capabilities.contains(.rdma) && $0.bitsPerSecond > 0 })
        let index = first.index
        let speed: UInt64 = 123_000_000_000_000
        for interface in try interfaces(rdma: { [index: speed] }) {
            #expect(interface.capabilities.contains(.rdma) == (interface.index == index))
            #expect((interface.bitsPerSecond == speed) == (interface.index == index))
        }
    }

    /// A soft device may claim less than the network device that it works through.
    @Test func theFasterOfTheTwoSpeedsIsTold() throws {
        let index = try #require(try interfaces { [:] }.first).index
        let own = try interfaces { [:] }.filter { $0.index == index }.map(\.bitsPerSecond)
        let told = try interfaces { [index: 1] }.filter { $0.index == index }.map(\.bitsPerSecond)
        for (before, after) in zip(own, told) { #expect(after == before || after == 1) }
    }
}
