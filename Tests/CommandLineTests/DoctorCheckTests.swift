import Testing

@testable import penstock

/// Each thing that can be wrong, alone, is found, named, and mended by a command.
@Suite struct DoctorCheckTests {
    @Test func findsNothingWrongWhereNothingIs() {
        let findings = DoctorFacts.machine().findings
        #expect(findings.allSatisfy { $0.level == .ok })
        #expect(
            findings.map(\.subject)
                == ["rxe0 port 1", "siw0 port 1", "locked memory", "firewall"]
        )
        #expect(
            findings[0].text
                == "RoCE, active, 10 Gbit/s, v0, MTU 4096: 10.9.0.1 (RoCE v2)"
        )
        #expect(findings[1].text == "iWARP, active, 2.5 Gbit/s, d0: 10.9.1.1")
    }

    /// Spoils the machine and expects one problem with these commands.
    private func expect(
        _ subject: String,
        says words: String,
        mend commands: [String],
        _ change: (inout MachineFacts) -> Void
    ) {
        let problems = DoctorFacts.problems(DoctorFacts.machine(change))
        #expect(problems.count == 1)
        #expect(problems.first?.subject == subject)
        #expect(problems.first?.text.contains(words) == true, "\(problems)")
        #expect(problems.first?.commands == commands)
    }

    @Test func tellsHowToGetADevice() {
        expect(
            "RDMA",
            says: "software RDMA works with any card",
            mend: [
                "sudo modprobe rdma_rxe", "sudo rdma link add rxe0 type rxe netdev v0",
            ]
        ) {
            $0.kernelDevices = []
            $0.devices = []
            $0.modules.available = ["rdma_rxe", "siw", "ib_uverbs"]
        }
        expect(
            "RDMA",
            says: "the kernel 6.1.0-41-amd64 comes without drivers",
            mend: ["sudo apt-get install linux-image-amd64 rdma-core && sudo reboot"]
        ) {
            $0.kernelDevices = []
            $0.devices = []
        }
    }

    @Test func missesAProvider() {
        expect(
            "siw0",
            says: "no library for it",
            mend: ["sudo apt-get install rdma-core ibverbs-providers"]
        ) { $0.devices.removeLast() }
    }

    @Test func missesModules() {
        expect("ib_uverbs", says: "no uverbs", mend: ["sudo modprobe ib_uverbs"]) {
            $0.nodes.removeAll { $0.path.contains("uverbs") }
        }
        expect("rdma_ucm", says: "cannot connect", mend: ["sudo modprobe rdma_ucm"]) {
            $0.nodes.removeAll { $0.path.contains("rdma_cm") }
        }
    }

    @Test func findsNodesThatAreClosed() {
        expect(
            "/dev/infiniband/rdma_cm",
            says: "the user ada may not use it",
            mend: [
                "sudo chmod 666 /dev/infiniband/rdma_cm",
                "sudo apt-get install rdma-core  # its udev rules do so at every start",
            ]
        ) { $0.nodes[0].isUsable = false }
    }

    @Test func findsAPortThatIsDown() {
        expect(
            "rxe0 port 1",
            says: "because the network interface v0 is down",
            mend: ["sudo ip link set dev v0 up"]
        ) {
            $0.devices[0].ports[0].isActive = false
            $0.devices[0].ports[0].state = "down"
            $0.interfaces[1].isUp = false
        }
        expect("rxe0 port 1", says: "look at the cable", mend: ["rdma link show rxe0/1"]) {
            $0.devices[0].ports[0].isActive = false
            $0.devices[0].ports[0].state = "down"
        }
    }

    @Test(arguments: [1, 2])
    func findsAnInterfaceWithoutAddress(index: Int) {
        let (device, interface) = index == 1 ? ("rxe0", "v0") : ("siw0", "d0")
        expect(
            "\(device) port 1",
            says: "has no IP address",
            mend: ["sudo ip addr add ADDRESS/24 dev \(interface)"]
        ) { $0.interfaces[index].addresses = [] }
    }

    @Test func findsTheOldRoCE() {
        let command = "sudo cma_roce_mode -d rxe0 -p 1 -m 2"
        expect("rxe0 port 1", says: "no address for RoCE v2", mend: [command]) {
            $0.devices[0].ports[0].addresses = [.init(kind: .roceV1, text: "10.9.0.1")]
        }
        expect("rxe0 port 1", says: "connections use IB/RoCE v1", mend: [command]) {
            $0.devices[0].ports[0].defaultMode = "IB/RoCE v1"
        }
        let facts = DoctorFacts.machine { $0.devices[0].ports[0].defaultMode = "RoCE v2" }
        #expect(DoctorFacts.problems(facts).isEmpty)
    }

    @Test func findsPacketsThatDoNotFit() {
        expect(
            "rxe0 port 1",
            says: "packets of 4096 bytes do not fit v0, whose MTU is 1500",
            mend: ["sudo ip link set dev v0 mtu 4200"]
        ) { $0.interfaces[1].mtu = 1500 }
    }

    @Test func notesPacketsThatCouldBeLarger() {
        let small = DoctorFacts.machine {
            $0.interfaces[1].mtu = 1500
            $0.devices[0].ports[0].activeMTU = 1024
        }
        let late = DoctorFacts.machine { $0.devices[0].ports[0].activeMTU = 1024 }
        #expect(MTUCheck.findings(small).map(\.level) == [.note])
        #expect(MTUCheck.findings(small)[0].commands == ["sudo ip link set dev v0 mtu 4200"])
        #expect(MTUCheck.findings(late).map(\.level) == [.note])
        #expect(MTUCheck.findings(late)[0].text.contains("would take 4096"))
    }

    @Test func findsTooLittleLockedMemory() {
        expect(
            "locked memory",
            says: "ada may lock 64 KiB, and RDMA needs 256 MiB",
            mend: [
                "echo 'ada - memlock unlimited' | sudo tee /etc/security/limits.d/penstock.conf"
                    + "  # then log in again",
                "sudo systemctl edit penstock.service  # [Service] LimitMEMLOCK=infinity, where it "
                    + "runs as a service",
            ]
        ) { $0.memoryLock = .init(soft: 65_536, hard: 65_536, configured: nil) }
        expect("locked memory", says: "64 KiB", mend: ["ulimit -l unlimited"]) {
            $0.memoryLock = .init(soft: 65_536, hard: .max, configured: nil)
        }
        expect("locked memory", says: "the next login", mend: ["exec su - ada"]) {
            $0.memoryLock = .init(soft: 65_536, hard: 65_536, configured: .max)
        }
    }

    @Test func asksNoLockedMemoryOfRootOrWithoutADevice() {
        let limits = MachineFacts.MemoryLock(soft: 0, hard: 0, configured: nil)
        let root = DoctorFacts.machine {
            $0.memoryLock = limits
            $0.isPrivileged = true
        }
        #expect(MemoryLockCheck.findings(root).map(\.level) == [.ok])
        let bare = DoctorFacts.machine {
            $0.memoryLock = limits
            $0.kernelDevices = []
            $0.devices = []
        }
        #expect(MemoryLockCheck.findings(bare).isEmpty)
    }

    @Test func readsTheLimitsFiles() {
        var limits = MemoryLockLimits()
        limits.parse("# ada - memlock 1\n*  soft memlock 64\n* hard memlock 128\nada - nofile 9\n")
        #expect(limits.bytes(user: "ada", groups: []) == 65_536)
        #expect(limits.bytes(user: "root", groups: []) == nil)
        limits.parse("@rdma - memlock unlimited\n")
        #expect(limits.bytes(user: "ada", groups: ["rdma"]) == .max)
        limits.parse("ada soft memlock 4096 # megabytes\nada - memlock many\n")
        #expect(limits.bytes(user: "ada", groups: ["rdma"]) == 4_194_304)
        #expect(limits.bytes(user: "bob", groups: ["users"]) == 65_536)
    }

    @Test func tellsWhereAServerAnswers() {
        let facts = ReachabilityFacts(
            host: "nas",
            attempts: [
                .init(way: "TCP", place: "port 445", result: .answered("an SMB server")),
                .init(way: "RDMA", place: "port 445", result: .failed("refused")),
            ],
            triesRDMA: true,
            path: .init(interface: "v0", mtu: 4200, passesSmall: true, passesLarge: false)
        )
        let findings = ReachabilityCheck.findings(facts)
        #expect(findings.map(\.level) == [.ok, .problem, .problem])
        #expect(findings[0].text == "port 445: an SMB server")
        #expect(findings[1].text == "port 445: refused; SMB works over TCP meanwhile")
        #expect(findings[2].text.contains("packets of 4200 bytes"))
        #expect(findings.dropFirst().allSatisfy { !$0.commands.isEmpty })
    }

    @Test func doesNotBlameAServerForOurDevices() {
        let facts = ReachabilityFacts(
            host: "nas",
            attempts: [
                .init(way: "TCP", place: "port 445", result: .failed("connection refused"))
            ],
            triesRDMA: false,
            path: .init(interface: "v0", mtu: 1500, passesSmall: false, passesLarge: false)
        )
        #expect(ReachabilityCheck.findings(facts).map(\.level) == [.problem, .note, .note])
    }

    @Test func printsLinesAndJSON() {
        let report = DoctorReport(findings: [
            .ok("rxe0", "fine"), .problem("firewall", "closed", mend: "open it", "or this"),
        ])
        #expect(
            report.lines == [
                "ok       rxe0      fine",
                "problem  firewall  closed",
                "           mend: open it",
                "           mend: or this",
                "1 problem found",
            ]
        )
        #expect(
            report.json.text
                == #"{"problems":1,"findings":["#
                + #"{"level":"ok","subject":"rxe0","text":"fine","mend":[]},"#
                + #"{"level":"problem","subject":"firewall","text":"closed","#
                + #""mend":["open it","or this"]}]}"#
        )
    }
}
