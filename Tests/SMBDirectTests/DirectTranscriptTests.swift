import SMBDirect
import Seeds
import Testing

/// Both ends talk through a queue that loses nothing and reorders nothing, as a reliable
/// connection does. Sizes, credits and the order of events follow from a seed.
@Suite struct DirectTranscriptTests {
    struct Conversation {
        var ends: [TranscriptEnd]
        /// To the end with that index.
        var wires: [[TranscriptEnd.Sent]] = [[], []]
        var generator: SeededGenerator

        init(seed: UInt64) throws {
            generator = SeededGenerator(seed: seed)
            ends = []
            for role in [DirectMachine.Role.initiator, .acceptor] {
                let credits = Int.random(in: 4...24, using: &generator)
                let limits = DirectLimits(
                    credits: credits,
                    sendSize: Int.random(in: 128...600, using: &generator),
                    receiveSize: Int.random(in: 128...600, using: &generator),
                    fragmentedSize: 131_072
                )
                let receives = Int.random(in: 4...(credits + 1), using: &generator)
                let machine = DirectMachine(role: role, limits: limits, now: 0)
                ends.append(TranscriptEnd(machine, receives: receives))
            }
            try negotiate()
        }

        private mutating func negotiate() throws {
            let request = ends[0].machine.negotiateRequest()
            let arrival = try ends[1].machine.receive(bytes: encoded { request.encode(to: &$0) })
            guard case .accepted(let response) = arrival else {
                throw SMBDirectError.unexpectedMessage
            }
            ends[1].machine.postedReceives(1)
            _ = try ends[0].machine.receive(bytes: encoded { response.encode(to: &$0) })
            ends[0].machine.postedReceives(1)
            ends[0].credits = Int(response.creditsGranted)
        }

        mutating func enqueue(at index: Int) {
            let isLong = Int.random(in: 0..<100, using: &generator) == 0
            let upper = ends[index].enqueue(
                count: Int.random(in: 1...(isLong ? 8000 : 700), using: &generator),
                token: Bool.random(using: &generator) ? UInt32(ends[index].numbered) : nil
            )
            ends[1 - index].expected.append(upper)
        }

        /// One event at one end; false where nothing was to be done.
        mutating func send(from index: Int) throws -> Bool {
            guard let sent = try ends[index].send() else { return false }
            wires[1 - index].append(sent)
            try checkBooks()
            return true
        }

        mutating func deliver(to index: Int) throws -> Bool {
            guard !wires[index].isEmpty else { return false }
            try ends[index].receive(wires[index].removeFirst())
            try checkBooks()
            return true
        }

        mutating func post(at index: Int) -> Bool {
            guard ends[index].unposted > 0 else { return false }
            ends[index].post(Int.random(in: 1...ends[index].unposted, using: &generator))
            return true
        }

        /// What the peer may still send, and what it has sent, has a receive waiting for it.
        private func checkBooks() throws {
            for index in 0...1 {
                let onTheWay = wires[index].count
                let granted = wires[1 - index].reduce(0) { sum, sent in
                    sum + Int(sent.bytes[2]) + Int(sent.bytes[3]) << 8
                }
                guard ends[1 - index].credits + granted + onTheWay <= ends[index].receives else {
                    throw TranscriptEnd.Failure.grantedWithoutReceive
                }
            }
        }

        /// Everything that can still happen, in a random order, until nothing can.
        mutating func settle(eventsMax: Int) throws -> Int {
            for count in 0..<eventsMax {
                let order = [0, 1, 2, 3, 4, 5].shuffled(using: &generator)
                var happened = false
                for event in order where !happened {
                    switch event {
                    case 0, 1: happened = try send(from: event)
                    case 2, 3: happened = try deliver(to: event - 2)
                    default: happened = post(at: event - 4)
                    }
                }
                if !happened { return count }
            }
            return eventsMax
        }
    }

    static let seedsPerCase: UInt64 = 500

    /// Twenty cases of five hundred seeds.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func deliversEverythingInOrder(part: UInt64) throws {
        for seed in part * Self.seedsPerCase..<(part + 1) * Self.seedsPerCase {
            do {
                var conversation = try Conversation(seed: seed)
                for _ in 0..<30 {
                    switch Int.random(in: 0..<8, using: &conversation.generator) {
                    case 0: conversation.enqueue(at: 0)
                    case 1: conversation.enqueue(at: 1)
                    case 2, 3: _ = try conversation.send(from: 0)
                    case 4: _ = try conversation.send(from: 1)
                    case 5: _ = try conversation.deliver(to: 0)
                    case 6: _ = try conversation.deliver(to: 1)
                    default:
                        _ = conversation.post(at: 0)
                        _ = conversation.post(at: 1)
                    }
                }
                let events = try conversation.settle(eventsMax: 20_000)
                try #require(events < 20_000, "seed \(seed): the ends keep each other awake")
                for end in conversation.ends {
                    try #require(
                        end.delivered == end.expected.count,
                        "seed \(seed): it stands still"
                    )
                    try #require(end.queue.isEmpty && !end.machine.isSending, "seed \(seed)")
                }
            } catch let failure as TranscriptEnd.Failure {
                Issue.record("seed \(seed): \(failure)")
            } catch let error as SMBDirectError {
                Issue.record("seed \(seed): \(error)")
            }
        }
    }
}
