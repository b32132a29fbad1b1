internal import Reactor
internal import Synchronization
internal import Transport
internal import Verbs

/// Flow control, many connections, moves between reactors.
enum FlowChecks {
    static func run(_ suite: inout LabSuite) {
        for fabric in LabFabric.allCases {
            suite.test("\(fabric): both ends flood each other with few credits") {
                var options = DirectOptions()
                options.creditCountMax = 4
                try flood(fabric, options: options)
            }
            suite.test("\(fabric): echoes of a client that asks faster than it reads") {
                var options = DirectOptions()
                options.heldByteCountMax = 64 << 10
                try echo(fabric, options: options)
            }
            suite.test("\(fabric): a receiver that pauses loses nothing") { try pausing(fabric) }
            suite.test("\(fabric): 64 connections, their memory and their end") {
                try many(fabric)
            }
            suite.test("\(fabric): moves between reactors lose nothing") { try moving(fabric) }
        }
    }

    private static func size(of number: Int) -> Int { 1 + number &* 7919 % 20_000 }

    private static func flood(_ fabric: LabFabric, options: DirectOptions) throws {
        let count = 1500
        let pair = try LabPair(options: options)
        defer { pair.stop() }
        let client = try pair.connect(fabric, options: options)
        try eventually("accepted") { pair.ends.count == 1 }
        let messages = (0..<count).map { LabPattern.bytes(seed: $0, count: size(of: $0)) }
        for end in [client, pair.ends[0]] {
            _ = try onReactor(of: end) { transport in
                for message in messages { transport.send(OutboundMessage(head: message)) }
            }
        }
        for end in [client, pair.ends[0]] {
            try eventually("all messages", seconds: 300) {
                end.messageCount == count || end.closedCount > 0
            }
            try expect(end.messages == messages, "the messages; \(end.error as Any)")
        }
    }

    private static func echo(_ fabric: LabFabric, options: DirectOptions) throws {
        let count = 1000
        let pair = try LabPair(options: options) {
            LabEnd(
                keepsMessages: false,
                onMessage: { _, transport, message in
                    transport.send(OutboundMessage(head: message.array))
                },
            )
        }
        defer { pair.stop() }
        let client = try pair.connect(fabric, options: options)
        _ = try onReactor(of: client) { transport in
            for number in 0..<count {
                let bytes = LabPattern.bytes(seed: number, count: 10_000)
                transport.send(OutboundMessage(head: bytes))
            }
        }
        try eventually("all echoes", seconds: 300) { client.messageCount == count }
        for (number, message) in client.messages.enumerated() {
            try expect(
                message == LabPattern.bytes(seed: number, count: 10_000),
                "echo \(number)",
            )
        }
    }

    private static func pausing(_ fabric: LabFabric) throws {
        let count = 300
        let pair = try LabPair()
        defer { pair.stop() }
        let client = try pair.connect(fabric)
        try eventually("accepted") { pair.ends.count == 1 }
        let server = pair.ends[0]
        _ = try onReactor(of: server) { transport in transport.pauseReceiving() }
        for end in [client, server] {
            _ = try onReactor(of: end) { transport in
                for number in 0..<count {
                    let bytes = LabPattern.bytes(seed: number, count: 5000)
                    transport.send(OutboundMessage(head: bytes))
                }
            }
        }
        // What the paused end sends arrives nevertheless.
        try eventually("the other direction", seconds: 300) {
            client.messageCount == count || client.closedCount > 0
        }
        try expect(client.messageCount == count, "\(client.error as Any) \(server.error as Any)")
        try expect(server.messageCount == 0, "nothing is delivered while paused")
        _ = try onReactor(of: server) { transport in transport.resumeReceiving() }
        try eventually("after the pause", seconds: 300) { server.messageCount == count }
    }

    private static func many(_ fabric: LabFabric) throws {
        let count = 64
        let objects = LiveObjects.count
        let pair = try LabPair {
            LabEnd(onMessage: { _, transport, message in
                transport.send(OutboundMessage(head: message.array))
            })
        }
        defer { pair.stop() }
        let first = try pair.connect(fabric)
        let pinned = ProcessMemory.pinnedByteCount
        var clients = [first]
        while clients.count <= count { clients.append(try pair.connect(fabric)) }
        let perEnd = (ProcessMemory.pinnedByteCount - pinned) / count / 2
        say("       \(perEnd / 1024) KiB of registered memory for each idle connection's end")
        try expect(perEnd <= 160 << 10, "\(perEnd) bytes pinned by an idle connection")
        for (number, client) in clients.enumerated() {
            try MessageChecks.send(client, LabPattern.bytes(seed: number, count: 3000))
        }
        for (number, client) in clients.enumerated() {
            try eventually("an echo") { client.messageCount == 1 }
            try expect(client.messages == [LabPattern.bytes(seed: number, count: 3000)], "echo")
        }
        for client in clients {
            _ = try onReactor(of: client) { transport in transport.close(flushing: true) }
        }
        try eventually("all ends are told") {
            clients.allSatisfy { $0.closedCount == 1 }
                && pair.ends.allSatisfy { $0.closedCount == 1 }
        }
        try expect(pair.ends.allSatisfy { $0.error == nil }, "an orderly end")
        try eventually("connections are counted out") { pair.listener.connectionCount == 0 }
        pair.listener.stop()
        try eventually("nothing leaks but the reactors' channels") {
            LiveObjects.count <= objects + 3
        }
    }

    private static func moving(_ fabric: LabFabric) throws {
        let count = 400
        let counter = Moves()
        let groups = GroupBox()
        let pair = try LabPair {
            LabEnd(onMessage: { end, transport, message in
                transport.send(OutboundMessage(head: message.array))
                guard end.messageCount % 20 == 19, let group = groups.group.withLock({ $0 })
                else { return }
                let target = group.reactors.first { $0 !== transport.reactor }
                guard let target else { return }
                transport.move(to: target) { counter.number.wrappingAdd(1, ordering: .relaxed) }
            })
        }
        defer { pair.stop() }
        groups.group.withLock { $0 = pair.group }
        let client = try pair.connect(fabric)
        _ = try onReactor(of: client) { transport in
            for number in 0..<count {
                let bytes = LabPattern.bytes(seed: number, count: size(of: number))
                transport.send(OutboundMessage(head: bytes))
            }
        }
        try eventually("all echoes", seconds: 300) { client.messageCount == count }
        try expect(counter.number.load(ordering: .relaxed) >= 10, "it has moved")
        for (number, message) in client.messages.enumerated() {
            let expected = LabPattern.bytes(seed: number, count: size(of: number))
            try expect(message == expected, "echo \(number)")
        }
    }
}

private final class Moves: Sendable {
    let number = Atomic<Int>(0)
}

private final class GroupBox: Sendable {
    let group = Mutex<ReactorGroup?>(nil)
}
