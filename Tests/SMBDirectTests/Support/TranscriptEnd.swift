import SMBDirect

/// One end of a conversation in a test: a machine, its driver, and an account of its own of what
/// both ends may do, which owes nothing to the machine.
struct TranscriptEnd {
    /// A message on the wire.
    struct Sent {
        var bytes: [UInt8]
        var invalidatedToken: UInt32?
    }

    /// A message of the upper layer: its bytes follow from its number.
    struct Upper: Equatable {
        var number: Int
        var count: Int
        var token: UInt32?
    }

    enum Failure: Error, Equatable {
        case noReceivePosted
        case sentWithoutCredit
        case spentTheLastCredit
        case grantedWithoutReceive
        case emptyInsideMessage
        case wrongBytes
        case wrongMessage
        case tooLong
    }

    var machine: DirectMachine
    /// To be sent, in order; and what has arrived.
    var queue: [Upper] = []
    var numbered = 0
    var begun: Upper?
    var expected: [Upper] = []
    var delivered = 0
    /// Received and not posted again.
    var unposted = 0
    /// The test's own books.
    var credits = 0
    var receives: Int
    var isInsideMessage = false
    var assembled: [UInt8] = []
    var controls = 0

    init(_ machine: DirectMachine, receives: Int) {
        self.machine = machine
        self.receives = receives
        self.machine.postedReceives(receives)
    }

    static func byte(_ number: Int, _ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: number &* 31 &+ index &* 7 &+ (index >> 8))
    }

    mutating func enqueue(count: Int, token: UInt32?) -> Upper {
        let upper = Upper(number: numbered, count: count, token: token)
        numbered += 1
        queue.append(upper)
        return upper
    }

    /// The next message for the wire, if there is any.
    mutating func send() throws -> Sent? {
        if !machine.isSending, let next = queue.first {
            try machine.begin(messageCount: next.count, invalidating: next.token)
            queue.removeFirst()
            begun = next
        }
        guard let segment = machine.nextSegment() else { return nil }
        guard credits > 0 else { throw Failure.sentWithoutCredit }
        guard credits > 1 || segment.header.creditsGranted > 0 else {
            throw Failure.spentTheLastCredit
        }
        credits -= 1
        if segment.count == 0 {
            controls += 1
            guard !isInsideMessage else { throw Failure.emptyInsideMessage }
        }
        var payload: [UInt8] = []
        if segment.count > 0, let begun {
            payload = (segment.offset..<segment.offset + segment.count).map {
                Self.byte(begun.number, $0)
            }
            isInsideMessage = !segment.isLast
        }
        let bytes = encoded(segment.header, payload: payload)
        guard bytes.count <= machine.sendSize else { throw Failure.tooLong }
        return Sent(bytes: bytes, invalidatedToken: segment.invalidatedToken)
    }

    /// A message from the wire.
    mutating func receive(_ message: Sent) throws {
        guard receives > 0 else { throw Failure.noReceivePosted }
        receives -= 1
        unposted += 1
        let before = machine.sendCredits
        let arrival = try machine.receive(
            bytes: message.bytes,
            invalidatedToken: message.invalidatedToken
        )
        credits += machine.sendCredits - before
        guard case .fragment(let fragment) = arrival else { return }
        guard fragment.offset == assembled.count else { throw Failure.wrongBytes }
        assembled += message.bytes[fragment.source..<fragment.source + fragment.count]
        guard fragment.isLast else { return }
        guard delivered < expected.count else { throw Failure.wrongMessage }
        let upper = expected[delivered]
        guard assembled.count == upper.count, fragment.invalidatedToken == upper.token else {
            throw Failure.wrongMessage
        }
        for index in 0..<upper.count where assembled[index] != Self.byte(upper.number, index) {
            throw Failure.wrongBytes
        }
        delivered += 1
        assembled.removeAll(keepingCapacity: true)
    }

    mutating func post(_ count: Int) {
        unposted -= count
        receives += count
        machine.postedReceives(count)
    }
}
