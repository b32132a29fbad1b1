internal import Reactor
internal import SMBDirect
internal import Transport

/// Messages, RDMA WRITE and RDMA READ between two ends of ours, over both fabrics.
enum MessageChecks {
    static func run(_ suite: inout LabSuite) {
        for fabric in LabFabric.allCases {
            suite.test("\(fabric): messages of many sizes both ways") {
                let pair = try LabPair()
                defer { pair.stop() }
                let client = try pair.connect(fabric)
                try eventually("accepted") { pair.ends.count == 1 }
                let server = pair.ends[0]
                let sizes = [
                    1, 2, 100, 1340, 1364, 4096, 8111, 8112, 8113, 16_223, 16_224, 16_225,
                    65_536, 262_144, 1 << 20,
                ]
                for (from, to) in [(client, server), (server, client)] {
                    for (number, size) in sizes.enumerated() {
                        try send(from, LabPattern.bytes(seed: number, count: size))
                    }
                    try eventually("all messages") { to.messageCount == sizes.count }
                    for (number, size) in sizes.enumerated() {
                        let expected = LabPattern.bytes(seed: number, count: size)
                        try expect(to.messages[number] == expected, "message of \(size) bytes")
                    }
                }
            }
        }
    }

    static func send(_ end: LabEnd, _ bytes: [UInt8]) throws {
        try onReactor(of: end) { transport in
            transport.send(OutboundMessage(head: bytes))
        }
    }
}
