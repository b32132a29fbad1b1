import Seeds
import Testing

@testable import SMBDirect

@Suite struct DirectReceivingTests {
    static func header(
        granted: UInt16 = 0,
        remaining: UInt32 = 0,
        offset: UInt32? = nil,
        length: UInt32 = 0
    ) -> DataTransferHeader {
        var header = DataTransferHeader(
            creditsRequested: 10,
            creditsGranted: granted,
            remainingDataLength: remaining,
            dataLength: length
        )
        if let offset { header.dataOffset = offset }
        return header
    }

    static func message(
        granted: UInt16 = 0,
        remaining: UInt32 = 0,
        length: UInt32
    ) -> [UInt8] {
        encoded(
            header(granted: granted, remaining: remaining, length: length),
            payload: [UInt8](repeating: 7, count: Int(length))
        )
    }

    @Test func readsTheKernelsSegments() throws {
        var acceptor = DirectNegotiationTests.acceptor()
        _ = try acceptor.receive(bytes: try Fixture("negotiate-request-kernel").message)
        #expect(try acceptor.receive(bytes: try Fixture("empty-kernel").message) == .control)
        #expect(acceptor.sendCredits == 255)
        let whole = try Fixture("whole-kernel").message
        #expect(
            try acceptor.receive(bytes: whole)
                == .fragment(DirectFragment(source: 24, count: 216, offset: 0, messageCount: 216))
        )
        var message: [UInt8] = []
        for segment in try Fixture("segments-kernel").messages {
            guard case .fragment(let fragment) = try acceptor.receive(bytes: segment) else {
                Issue.record("a segment without a piece")
                return
            }
            #expect(fragment.offset == message.count)
            #expect(fragment.messageCount == 344)
            message += segment[fragment.source..<fragment.source + fragment.count]
            #expect(fragment.isLast == (message.count == 344))
        }
        #expect(message.count == 344)
    }

    @Test func refusesWhatBreaksAHeadersRules() throws {
        let refused: [(SMBDirectError, [UInt8])] = [
            (.truncated(byteCount: 19), Array(encoded(Self.header()).dropLast())),
            (.truncated(byteCount: 0), []),
            (
                .noCreditsRequested,
                encoded(DataTransferHeader(creditsRequested: 0, creditsGranted: 1))
            ),
            // Past the end, by one.
            (
                .payloadOutOfBounds(offset: 24, count: 9),
                encoded(Self.header(length: 9), payload: [UInt8](repeating: 0, count: 8))
            ),
            // Not aligned, inside the fields, at the end of the numbers.
            (
                .payloadOutOfBounds(offset: 28, count: 1),
                encoded(Self.header(offset: 28, length: 1), payload: [0, 0, 0, 0, 0])
            ),
            (
                .payloadOutOfBounds(offset: 16, count: 4),
                encoded(Self.header(offset: 16, length: 4), payload: [0, 0, 0, 0])
            ),
            (
                .payloadOutOfBounds(offset: 0xFFFF_FFF8, count: 0),
                Array(encoded(Self.header(offset: 0xFFFF_FFF8)).prefix(20))
            ),
            (
                .payloadOutOfBounds(offset: 24, count: .max),
                encoded(Self.header(length: .max))
            ),
            (
                .messageTooLong(byteCount: 0x1_0000_0000, maximum: 1 << 20),
                encoded(Self.header(remaining: .max, length: 1), payload: [0])
            ),
            (
                .messageTooLong(byteCount: (1 << 20) + 1, maximum: 1 << 20),
                encoded(Self.header(remaining: 1 << 20, length: 1), payload: [0])
            ),
            (.fragmentMismatch(expected: 0, announced: 5), encoded(Self.header(remaining: 5))),
        ]
        for (error, bytes) in refused {
            var ends = try Ends()
            #expect(throws: error) { _ = try ends.acceptor.receive(bytes: bytes) }
            #expect(ends.acceptor.phase == .ended)
            #expect(ends.acceptor.nextSegment() == nil)
        }
    }

    /// A message of 300 bytes whose first piece has 100; then something that does not continue it.
    @Test(arguments: [(100, 99), (100, 101), (199, 0), (201, 0), (200, 1), (1, 0)])
    func refusesSumsThatLie(length: UInt32, remaining: UInt32) throws {
        var ends = try Ends()
        _ = try ends.acceptor.receive(bytes: Self.message(remaining: 200, length: 100))
        #expect(
            throws: SMBDirectError.fragmentMismatch(
                expected: 200,
                announced: Int(length + remaining)
            )
        ) {
            _ = try ends.acceptor.receive(
                bytes: Self.message(remaining: remaining, length: length)
            )
        }
    }

    /// ksmbd of Linux 6.1 puts messages that only grant between two pieces.
    @Test func goesOnBehindAnEmptyMessage() throws {
        var ends = try Ends()
        _ = try ends.acceptor.receive(bytes: Self.message(remaining: 200, length: 100))
        #expect(
            try ends.acceptor.receive(bytes: encoded(Self.header(granted: 3))) == .control
        )
        #expect(
            try ends.acceptor.receive(bytes: Self.message(length: 200))
                == .fragment(
                    DirectFragment(source: 24, count: 200, offset: 100, messageCount: 300)
                )
        )
        #expect(ends.acceptor.sendCredits == 3)
        // The next message begins anew.
        #expect(
            try ends.acceptor.receive(bytes: Self.message(length: 1))
                == .fragment(DirectFragment(source: 24, count: 1, offset: 0, messageCount: 1))
        )
    }

    @Test func takesPayloadBehindMorePadding() throws {
        var ends = try Ends()
        let header = Self.header(offset: 64, length: 3)
        let bytes = encoded(header) + [1, 2, 3]
        #expect(bytes.count == 67)
        #expect(
            try ends.acceptor.receive(bytes: bytes)
                == .fragment(DirectFragment(source: 64, count: 3, offset: 0, messageCount: 3))
        )
    }

    @Test func refusesMessagesWithoutCredit() throws {
        var ends = try Ends()
        for _ in 0..<10 { _ = try ends.acceptor.receive(bytes: Self.message(length: 1)) }
        ends.acceptor.postedReceives(10)
        #expect(throws: SMBDirectError.creditsExceeded) {
            _ = try ends.acceptor.receive(bytes: Self.message(length: 1))
        }
    }

    @Test func refusesTheAcceptorsMessageBeforeAnyGrant() throws {
        var ends = try Ends()
        #expect(throws: SMBDirectError.creditsExceeded) {
            _ = try ends.initiator.receive(bytes: Self.message(length: 1))
        }
    }

    @Test func refusesMoreCreditsThanCanBeCounted() throws {
        var ends = try Ends()
        _ = try ends.acceptor.receive(bytes: encoded(Self.header(granted: .max)))
        #expect(ends.acceptor.sendCredits == 65_535)
        #expect(throws: SMBDirectError.creditOverflow) {
            _ = try ends.acceptor.receive(bytes: encoded(Self.header(granted: 1)))
        }
    }

    @Test func reportsAnInvalidatedTokenWithTheLastPiece() throws {
        var ends = try Ends()
        let first = try ends.acceptor.receive(
            bytes: Self.message(remaining: 1, length: 1),
            invalidatedToken: 5
        )
        #expect(
            first == .fragment(DirectFragment(source: 24, count: 1, offset: 0, messageCount: 2))
        )
        let last = try ends.acceptor.receive(bytes: Self.message(length: 1))
        #expect(
            last
                == .fragment(
                    DirectFragment(
                        source: 24,
                        count: 1,
                        offset: 1,
                        messageCount: 2,
                        invalidatedToken: 5
                    )
                )
        )
    }

    /// Whatever a peer sends, every piece lies inside its message and inside the upper-layer
    /// message, pieces follow each other, and no count goes wrong.
    @Test(arguments: 0..<300)
    func keepsInBoundsWhateverComes(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var ends = try Ends()
        try ends.exchangeFirstCredits()
        var expected = 0
        var messageCount = 0
        for _ in 0..<200 {
            let bytes = Self.hostileMessage(remaining: messageCount - expected, &generator)
            guard let arrival = try? ends.acceptor.receive(bytes: bytes) else {
                #expect(ends.acceptor.phase == .ended)
                return
            }
            ends.acceptor.postedReceives(1)
            if case .fragment(let fragment) = arrival {
                #expect(fragment.source >= 24 && fragment.count > 0)
                #expect(fragment.source + fragment.count <= bytes.count)
                #expect(fragment.offset == expected)
                if expected > 0 { #expect(fragment.messageCount == messageCount) }
                #expect(fragment.messageCount <= ends.acceptor.limits.fragmentedSize)
                messageCount = fragment.messageCount
                expected = fragment.isLast ? 0 : expected + fragment.count
                if expected == 0 { messageCount = 0 }
            }
            while let segment = ends.acceptor.nextSegment() { #expect(segment.isLast) }
            #expect(ends.acceptor.grantedCredits <= ends.acceptor.posted)
            #expect(ends.acceptor.sendCredits >= 0)
        }
    }

    /// Mostly right, with one field in eight changed to something at an edge.
    private static func hostileMessage(
        remaining: Int,
        _ generator: inout SeededGenerator
    ) -> [UInt8] {
        let edges: [UInt32] = [
            0, 1, 7, 8, 16, 20, 23, 24, 32, 100, 1340, 1 << 20, .max - 7, .max,
        ]
        let length = UInt32(remaining > 0 ? min(remaining, 100) : 100)
        let rest = remaining > 0 ? UInt32(remaining) - length : 50
        var header = Self.header(granted: 1, remaining: rest, length: length)
        func edge(_ generator: inout SeededGenerator) -> UInt32? {
            guard UInt32.random(in: 0..<8, using: &generator) == 0 else { return nil }
            return edges.randomElement(using: &generator)
        }
        if let value = edge(&generator) {
            header.creditsRequested = UInt16(truncatingIfNeeded: value)
        }
        if let value = edge(&generator) {
            header.creditsGranted = UInt16(truncatingIfNeeded: value)
        }
        if let value = edge(&generator) { header.flags = UInt16(truncatingIfNeeded: value) }
        if let value = edge(&generator) { header.remainingDataLength = value }
        var bytes = encoded(header, payload: [UInt8](repeating: 0, count: Int(length)))
        for field in [12, 16] {
            guard let value = edge(&generator) else { continue }
            for index in 0..<4 {
                bytes[field + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
            }
        }
        return bytes
    }
}
