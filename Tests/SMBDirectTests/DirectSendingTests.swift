import CAllocationCounter
import SMBDirect
import Testing

@Suite struct DirectSendingTests {
    /// MS-SMBD 4.1: the initiator's first message grants what the acceptor needs to answer.
    @Test func grantsBeforeItIsAsked() throws {
        var ends = try Ends()
        let segment = try ends.initiator.requiredSegment()
        #expect(
            segment.header == DataTransferHeader(creditsRequested: 10, creditsGranted: 10)
        )
        #expect(segment.count == 0 && segment.isLast)
        #expect(try ends.acceptor.receive(bytes: encoded(segment)) == .control)
        #expect(ends.acceptor.sendCredits == 10)
        #expect(ends.initiator.nextSegment() == nil)
        ends.acceptor.postedReceives(1)
        #expect(ends.acceptor.nextSegment() == nil)
    }

    @Test func grantsWithTheFirstMessageWhereThereIsOne() throws {
        var ends = try Ends()
        try ends.initiator.begin(messageCount: 100)
        let segment = try ends.initiator.requiredSegment()
        #expect(segment.header.creditsGranted == 10)
        #expect(segment.count == 100 && segment.isLast)
        #expect(ends.initiator.nextSegment() == nil)
    }

    @Test func cutsAMessageIntoSegments() throws {
        var ends = try Ends(
            initiatorLimits: DirectLimits(credits: 10, sendSize: 1024, receiveSize: 1024)
        )
        try ends.initiator.begin(messageCount: 2500, invalidating: 0x77)
        var segments: [DirectSegment] = []
        while let segment = ends.initiator.nextSegment() { segments.append(segment) }
        #expect(segments.map(\.offset) == [0, 1000, 2000])
        #expect(segments.map(\.count) == [1000, 1000, 500])
        #expect(segments.map(\.header.remainingDataLength) == [1500, 500, 0])
        #expect(segments.map(\.header.dataOffset) == [24, 24, 24])
        #expect(segments.map(\.isLast) == [false, false, true])
        #expect(segments.map(\.invalidatedToken) == [nil, nil, 0x77])
        #expect(!ends.initiator.isSending)
    }

    @Test func refusesAMessageThatThePeerWouldNotTake() throws {
        var ends = try Ends()
        #expect(throws: SMBDirectError.messageTooLong(byteCount: 1_048_577, maximum: 1 << 20)) {
            try ends.initiator.begin(messageCount: (1 << 20) + 1)
        }
        #expect(ends.initiator.phase == .established)
        #expect(!ends.initiator.isSending)
        try ends.initiator.begin(messageCount: 1 << 20)
    }

    /// MS-SMBD 3.1.5.1: the last credit goes only with a message that grants one.
    @Test func keepsTheLastCredit() throws {
        var ends = try Ends()
        try ends.exchangeFirstCredits()
        try ends.initiator.begin(messageCount: 1 << 20)
        var sent: [DirectSegment] = []
        while let segment = ends.initiator.nextSegment() { sent.append(segment) }
        // Of ten credits one went with the first grant. The receive that was kept back is granted
        // with the last message.
        #expect(sent.count == 9)
        #expect(sent.map(\.header.creditsGranted) == [0, 0, 0, 0, 0, 0, 0, 0, 1])
        #expect(ends.initiator.sendCredits == 0)
        #expect(ends.initiator.isStarved)
        #expect(ends.initiator.grantedCredits == ends.initiator.posted)
    }

    @Test func staysWithOneCreditWhereNothingIsLeftToGrant() throws {
        var ends = try Ends()
        try ends.exchangeFirstCredits()
        try ends.initiator.begin(messageCount: 1 << 20)
        while ends.initiator.nextSegment() != nil {}
        // A peer that grants without spending one of its own credits cannot be; the receive is
        // simply not posted again.
        let grant = DataTransferHeader(creditsRequested: 10, creditsGranted: 1)
        _ = try ends.initiator.receive(bytes: encoded(grant))
        #expect(ends.initiator.sendCredits == 1)
        #expect(ends.initiator.nextSegment() == nil)
        #expect(ends.initiator.isStarved)
        ends.initiator.postedReceives(1)
        #expect(ends.initiator.nextSegment()?.header.creditsGranted == 1)
    }

    @Test func grantsNoReceiveThatIsNotPosted() throws {
        var ends = try Ends()
        try ends.exchangeFirstCredits()
        for _ in 0..<8 {
            try ends.acceptor.begin(messageCount: 1)
            let segment = try ends.acceptor.requiredSegment()
            _ = try ends.initiator.receive(bytes: encoded(segment))
        }
        // Eight arrived and none was posted again: the one kept back is no gift.
        #expect(ends.initiator.posted == 3)
        #expect(ends.initiator.grantedCredits == 2)
        try ends.initiator.begin(messageCount: 1)
        #expect(ends.initiator.nextSegment()?.header.creditsGranted == 0)
        ends.initiator.postedReceives(8)
        try ends.initiator.begin(messageCount: 1)
        #expect(ends.initiator.nextSegment()?.header.creditsGranted == 8)
    }

    @Test func tellsAPeerThatRunsLow() throws {
        var ends = try Ends()
        try ends.exchangeFirstCredits()
        for index in 1...4 {
            #expect(ends.acceptor.nextSegment() == nil, "before message \(index)")
            try ends.initiator.begin(messageCount: 1)
            let segment = try ends.initiator.requiredSegment()
            _ = try ends.acceptor.receive(bytes: encoded(segment))
            ends.acceptor.postedReceives(1)
        }
        let grant = try ends.acceptor.requiredSegment()
        #expect(grant.count == 0)
        #expect(grant.header.creditsGranted == 5)
        _ = try ends.initiator.receive(bytes: encoded(grant))
        ends.initiator.postedReceives(1)
        #expect(ends.initiator.nextSegment() == nil)
    }

    @Test func sendsNothingEmptyInsideAMessage() throws {
        var ends = try Ends()
        try ends.exchangeFirstCredits()
        try ends.acceptor.begin(messageCount: 10_000)
        #expect(ends.acceptor.nextSegment()?.count == 1340)
        let question = DataTransferHeader(
            creditsRequested: 10,
            creditsGranted: 0,
            requestsResponse: true
        )
        _ = try ends.acceptor.receive(bytes: encoded(question))
        #expect(ends.acceptor.nextSegment()?.offset == 1340)
    }

    @Test func answersAQuestionAtOnceAndOnce() throws {
        var ends = try Ends()
        try ends.exchangeFirstCredits()
        let question = DataTransferHeader(
            creditsRequested: 10,
            creditsGranted: 0,
            requestsResponse: true
        )
        #expect(try ends.acceptor.receive(bytes: encoded(question)) == .control)
        ends.acceptor.postedReceives(1)
        let answer = try ends.acceptor.requiredSegment()
        #expect(answer.count == 0)
        #expect(!answer.header.requestsResponse)
        #expect(ends.acceptor.nextSegment() == nil)
    }

    @Test func takesNothingFromTheHeap() throws {
        var ends = try Ends(
            initiatorLimits: DirectLimits(credits: 64),
            acceptorLimits: DirectLimits(credits: 64)
        )
        try ends.exchangeFirstCredits()
        let message = encoded(
            DataTransferHeader(creditsRequested: 64, creditsGranted: 1, dataLength: 100),
            payload: [UInt8](repeating: 0, count: 100)
        )
        let span = unsafe message.span.bytes
        let before = allocation_count_of_this_thread()
        for _ in 0..<1000 {
            _ = try ends.acceptor.receive(span)
            ends.acceptor.postedReceives(1)
            try ends.acceptor.begin(messageCount: 100)
            let segment = ends.acceptor.nextSegment()
            precondition(segment.map { $0.header.creditsGranted > 0 } == true)
        }
        #expect(allocation_count_of_this_thread() == before)
    }
}
