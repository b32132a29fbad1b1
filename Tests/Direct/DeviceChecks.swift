internal import Transport
internal import Verbs

/// What the room Verbs tells of the lab's two devices.
enum DeviceChecks {
    static func run(_ suite: inout LabSuite) {
        suite.test("devices are found with their ports and addresses") {
            let devices = DeviceList.devices()
            guard let roce = devices.first(where: { $0.name == "rxe0" }),
                let iwarp = devices.first(where: { $0.name == "siw0" })
            else { throw LabFailure("rxe0 or siw0 is missing: \(devices.map { $0.name })") }
            try expect(roce.fabric == .roce, "rxe0 is \(roce.fabric)")
            try expect(iwarp.fabric == .iwarp, "siw0 is \(iwarp.fabric)")
            try expect(roce.ports.count == 1 && roce.ports[0].isActive, "\(roce.ports)")
            try expect(roce.ports[0].interfaceName == "v0", roce.ports[0].interfaceName)
            try expect(iwarp.ports[0].interfaceName == "d0", iwarp.ports[0].interfaceName)
            let address = roce.ports[0].addresses.first { $0.address == "10.9.0.1" }
            try expect(address?.kind == .roceV2, "\(roce.ports[0].addresses)")
            try expect(roce.capabilities.hasImmediateData, "rxe0 has immediate data")
            try expect(!iwarp.capabilities.hasImmediateData, "siw0 has no immediate data")
            try expect(iwarp.capabilities.readPieceCountMax == 1, "siw0 reads into one piece")
            try expect(roce.capabilities.inlineByteCountMax >= 256, "rxe0 sends inline")
        }
        suite.test("a device that comes back leaves the others known") { try returning() }
    }

    /// librdmacm forgets devices that are there when others are found by other threads than the one
    /// that found these. See `cverbs_device_list`.
    private static func returning() throws {
        _ = Direct.isAvailable
        let pair = try LabPair()
        defer { pair.stop() }
        for fabric in LabFabric.allCases {
            let (device, interface) = fabric == .rxe ? ("rxe0", "v0") : ("siw0", "d0")
            func isListenedOn() -> Bool {
                pair.listener.interfaces.contains { $0.device == device }
            }
            _ = try pair.connect(fabric)
            try LabChild.run(["rdma", "link", "delete", device])
            try eventually("the listener leaves it") { !isListenedOn() }
            try LabChild.run(
                ["rdma", "link", "add", device, "type", "\(fabric)", "netdev", interface]
            )
            try eventually("the listener finds it again") { isListenedOn() }
        }
        for fabric in LabFabric.allCases { _ = try pair.connect(fabric) }
    }
}
