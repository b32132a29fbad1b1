import Testing

@testable import penstock

/// What the programs of a Mac print, and what follows from it.
@Suite struct AppleCheckTests {
    static let deviceInfo = """
        hca_id:\trdma_en2
        \ttransport:\t\t\tThunderbolt (100)
        \tfw_ver:\t\t\t\t
        \tphys_port_cnt:\t\t\t1
        \t\tport:\t1
        \t\t\tstate:\t\t\tPORT_DOWN (1)
        \t\t\tmax_mtu:\t\t4096 (5)

        hca_id:\trdma_en3
        \ttransport:\t\t\tThunderbolt (100)
        \tphys_port_cnt:\t\t\t1
        \t\tport:\t1
        \t\t\tstate:\t\t\tPORT_ACTIVE (4)
        \t\t\tlink_layer:\t\tThunderbolt
        """

    static let hardwarePorts = """

        Hardware Port: Ethernet
        Device: en0
        Ethernet Address: 1c:1d:d3:00:00:01

        Hardware Port: Thunderbolt Bridge
        Device: bridge0
        Ethernet Address: 36:00:00:00:00:02

        Hardware Port: Thunderbolt 1
        Device: en2
        Ethernet Address: 36:00:00:00:00:03

        Hardware Port: Thunderbolt 2
        Device: en3
        Ethernet Address: 36:00:00:00:00:04
        """

    static func ifconfig(bridgeFlags: String, address: Bool) -> String {
        let line = address ? "inet 192.168.7.1 netmask 0xfffffffc" : "status: active"
        return """
            lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384
            \tinet 127.0.0.1 netmask 0xff000000
            en3: flags=8963<UP,BROADCAST,SMART,RUNNING,PROMISC,SIMPLEX,MULTICAST> mtu 1500
            \tether 36:00:00:00:00:04
            \t\(line)
            bridge0: flags=8863<\(bridgeFlags)BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
            \tConfiguration:
            \t\tid 0:0:0:0:0:0 priority 0 hellotime 0 fwddelay 0
            \tmember: en2 flags=3<LEARNING,DISCOVER>
            \t        ifmaxaddr 0 port 9 priority 0 path cost 0
            \tmember: en3 flags=3<LEARNING,DISCOVER>
            """
    }

    static func facts(
        control: RDMAControlStatus? = .enabled,
        deviceInfo: String = deviceInfo,
        bridgeIsUp: Bool = false,
        address: Bool = true
    ) -> AppleFacts {
        AppleFacts(
            control: control,
            devices: DeviceInfoText.devices(in: deviceInfo),
            interfaces: NetworkSetupText.interfaces(
                in: ifconfig(bridgeFlags: bridgeIsUp ? "UP," : "", address: address)
            ),
            thunderboltInterfaces: NetworkSetupText.thunderboltInterfaces(in: hardwarePorts)
        )
    }

    @Test(arguments: [
        ("enabled\n", RDMAControlStatus.enabled), ("RDMA is disabled.\n", .disabled),
        ("Enabled", .enabled), ("what?\n", .other("what?")), ("", .other("")),
    ])
    func readsTheSwitch(text: String, status: RDMAControlStatus) {
        #expect(RDMAControlStatus(parsing: text) == status)
    }

    @Test func readsDevicesAndPorts() {
        #expect(
            DeviceInfoText.devices(in: Self.deviceInfo) == [
                .init(name: "rdma_en2", isActive: false, state: "PORT_DOWN"),
                .init(name: "rdma_en3", isActive: true, state: "PORT_ACTIVE"),
            ]
        )
        #expect(DeviceInfoText.devices(in: "No IB devices found\n").isEmpty)
        #expect(
            NetworkSetupText.thunderboltInterfaces(in: Self.hardwarePorts) == ["en2", "en3"]
        )
    }

    @Test func findsNothingWrongWhereNothingIs() {
        let findings = AppleCheck.findings(Self.facts())
        #expect(findings.map(\.level) == [.ok, .note, .ok])
        #expect(findings[2].text == "active, en3")
    }

    @Test func findsTheSwitchOff() {
        #expect(
            AppleCheck.findings(Self.facts(control: .disabled)).map(\.commands)
                == [["rdma_ctl enable  # in Recovery, then restart"]]
        )
        #expect(AppleCheck.findings(Self.facts(control: nil)).map(\.level) == [.problem])
        let odd = AppleCheck.findings(Self.facts(control: .other("busy")))
        #expect(odd.map { $0.text.contains("says 'busy'") } == [true])
    }

    @Test func findsThatThereIsNoDevice() {
        let findings = AppleCheck.findings(Self.facts(deviceInfo: "No IB devices found\n"))
        #expect(findings.map(\.level) == [.problem])
        #expect(findings[0].text.contains("Thunderbolt 5"))
    }

    @Test func findsTheBridge() {
        let findings = AppleCheck.findings(Self.facts(bridgeIsUp: true))
        #expect(findings.map(\.level) == [.ok, .note, .problem])
        #expect(findings[2].commands[0] == "sudo ifconfig bridge0 deletem en3")
    }

    @Test func findsThatThereIsNoAddress() {
        let findings = AppleCheck.findings(Self.facts(address: false))
        #expect(findings.map(\.level) == [.ok, .note, .problem])
        #expect(findings[2].text.contains("no IPv4 address"))
    }
}
