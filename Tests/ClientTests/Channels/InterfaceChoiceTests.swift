import SMBMessages
import Testing

@testable import Client

struct InterfaceChoiceTests {
    private func choose(
        _ list: [NetworkInterface],
        peer: String = "10.0.0.1:445",
        transport: TransportChoice = .auto,
        kinds: [TransportKind] = [.tcp, .rdma]
    ) -> [Way] {
        InterfaceChoice(
            address: ServerAddress(host: "server", port: 445),
            iwarpPort: 5445,
            transport: transport,
            kinds: kinds
        ).ways(in: list, besides: peer)
    }

    private func interface(
        _ index: UInt32,
        _ address: UInt32,
        _ capabilities: NetworkInterface.Capabilities = [],
        gigabits: UInt64 = 10
    ) -> NetworkInterface {
        NetworkInterface(
            index: index,
            capabilities: capabilities,
            bitsPerSecond: gigabits * 1_000_000_000,
            address: .ipv4(address)
        )
    }

    @Test func rdmaGoesToEveryDevice() {
        let ways = choose(
            [
                interface(1, 0x7F00_0001, .rdma), interface(2, 0x0A00_0001),
                interface(3, 0x0A01_0001, .rdma, gigabits: 100),
                interface(4, 0x0A02_0001, [.rdma, .rss], gigabits: 40),
            ],
            transport: .rdma
        )
        #expect(ways.map(\.endpoint.host) == ["10.1.0.1", "10.2.0.1"])
        #expect(ways.allSatisfy { $0.endpoint.kind == .rdma && $0.endpoint.iwarpPort == 5445 })
        #expect(ways.map(\.bitsPerSecond) == [100_000_000_000, 40_000_000_000])
    }

    @Test func withoutADeviceThereIsNoRDMA() {
        #expect(choose([interface(3, 0x0A01_0001, .rdma)], kinds: [.tcp]).isEmpty)
    }

    @Test func tcpGoesToOtherInterfaces() {
        let list = [
            interface(2, 0x0A00_0001), interface(2, 0x0A00_0002), interface(3, 0x0A01_0001),
            interface(4, 0xA9FE_0001), interface(5, 0x7F00_0001),
        ]
        #expect(choose(list).map(\.endpoint.host) == ["10.1.0.1"])
        // On the same machine, or behind a translation of addresses, nothing is gained.
        #expect(choose(list, peer: "127.0.0.1:445").isEmpty)
    }

    /// The first connection was made before anybody knew of interfaces.
    @Test func theFirstConnectionsSpeedIsInTheList() {
        let list = [
            interface(2, 0x0A00_0001, gigabits: 25), interface(3, 0x0A00_0010, gigabits: 100),
            interface(4, 0x0A00_0002, gigabits: 0),
        ]
        func speed(_ peer: String) -> UInt64? {
            InterfaceChoice.bitsPerSecond(of: peer, in: list)
        }
        #expect(speed("10.0.0.1:445") == 25_000_000_000)
        #expect(speed("10.0.0.16:445") == 100_000_000_000)
        #expect(speed("10.0.0.2:445") == nil)
        #expect(speed("127.0.0.1:445") == nil)
    }

    @Test func aLongListIsCut() {
        let list = (0..<100).map { interface($0, 0x0A00_0001 + ($0 << 8), .rdma) }
        let ways = choose(list)
        #expect(ways.count(where: { $0.endpoint.kind == .rdma }) == InterfaceChoice.rdmaCountMax)
        #expect(ways.count(where: { $0.endpoint.kind == .tcp }) == InterfaceChoice.tcpCountMax - 1)
    }

    @Test(arguments: [
        (UInt128(1), String?.none),
        (0xFE80_0000_0000_0000_0000_0000_0000_0001, nil),
        (0x2001_0DB8_0000_0000_0000_0000_0000_0001, "2001:db8:0:0:0:0:0:1"),
    ])
    func addressesOfVersion6(value: UInt128, host: String?) {
        #expect(InterfaceChoice.host(.ipv6(value, scope: 0)) == host)
    }
}
