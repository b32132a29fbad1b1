import SMBDirect
import Testing

@Suite struct DirectTimeTests {
    static let timing = DirectTiming(negotiation: 50, idle: 100, response: 10, starvation: 30)

    static func ends() throws -> Ends {
        var ends = try Ends(timing: timing)
        try ends.exchangeFirstCredits()
        return ends
    }

    @Test(arguments: [DirectMachine.Role.initiator, .acceptor])
    func endsWithoutNegotiation(role: DirectMachine.Role) throws {
        var machine = DirectMachine(role: role, timing: Self.timing, now: 1000)
        #expect(try machine.tick(now: 1000) == 1050)
        #expect(try machine.tick(now: 1049) == 1050)
        #expect(throws: SMBDirectError.negotiationTimeout) { _ = try machine.tick(now: 1050) }
        #expect(machine.phase == .ended)
        #expect(try machine.tick(now: 2000) == .max)
    }

    @Test func asksASilentPeerAndEndsWithoutAnswer() throws {
        var ends = try Self.ends()
        _ = try ends.acceptor.tick(now: 0)
        _ = try ends.acceptor.tick(now: 99)
        #expect(ends.acceptor.nextSegment() == nil)
        #expect(try ends.acceptor.tick(now: 100) == 110)
        let question = try ends.acceptor.requiredSegment()
        #expect(question.header.requestsResponse && question.count == 0)
        #expect(ends.acceptor.nextSegment() == nil)
        #expect(try ends.acceptor.tick(now: 109) == 110)
        #expect(throws: SMBDirectError.peerSilent) { _ = try ends.acceptor.tick(now: 110) }
    }

    /// Linux's client stays silent otherwise: it has granted as many as it was asked for.
    @Test func asksForMoreCreditsThanThereAre() throws {
        var ends = try Self.ends()
        _ = try ends.acceptor.tick(now: 0)
        _ = try ends.acceptor.tick(now: 100)
        let credits = ends.acceptor.sendCredits
        let question = try ends.acceptor.requiredSegment()
        #expect(question.header.requestsResponse)
        #expect(Int(question.header.creditsRequested) > credits + 1)
        try ends.acceptor.begin(messageCount: 1)
        #expect(try ends.acceptor.requiredSegment().header.creditsRequested == 10)
    }

    @Test func countsFromTheAnswer() throws {
        var ends = try Self.ends()
        _ = try ends.acceptor.tick(now: 0)
        _ = try ends.acceptor.tick(now: 100)
        let question = try ends.acceptor.requiredSegment()
        _ = try ends.initiator.receive(bytes: encoded(question))
        ends.initiator.postedReceives(1)
        let answer = try ends.initiator.requiredSegment()
        #expect(!answer.header.requestsResponse)
        _ = try ends.acceptor.receive(bytes: encoded(answer))
        ends.acceptor.postedReceives(1)
        _ = try ends.acceptor.tick(now: 105)
        _ = try ends.acceptor.tick(now: 204)
        #expect(ends.acceptor.nextSegment() == nil)
        _ = try ends.acceptor.tick(now: 205)
        #expect(ends.acceptor.nextSegment()?.header.requestsResponse == true)
    }

    /// The device acknowledges the question, and nobody answers it.
    @Test func takesNoAcknowledgementForAnAnswer() throws {
        var ends = try Self.ends()
        _ = try ends.acceptor.tick(now: 0)
        ends.acceptor.heard()
        _ = try ends.acceptor.tick(now: 50)
        #expect(try ends.acceptor.tick(now: 149) == 150)
        _ = try ends.acceptor.tick(now: 150)
        #expect(try ends.acceptor.requiredSegment().header.requestsResponse)
        ends.acceptor.heard()
        #expect(try ends.acceptor.tick(now: 155) == 165)
        #expect(ends.acceptor.nextSegment() == nil)
        #expect(throws: SMBDirectError.peerSilent) { _ = try ends.acceptor.tick(now: 165) }
    }

    @Test func asksWithAMessageWhereThereIsOne() throws {
        var ends = try Self.ends()
        _ = try ends.acceptor.tick(now: 0)
        _ = try ends.acceptor.tick(now: 100)
        try ends.acceptor.begin(messageCount: 5)
        let segment = try ends.acceptor.requiredSegment()
        #expect(segment.header.requestsResponse && segment.count == 5)
        #expect(ends.acceptor.nextSegment() == nil)
    }

    @Test func followsAChangeOfPace() throws {
        var ends = try Self.ends()
        _ = try ends.initiator.tick(now: 0)
        _ = try ends.initiator.tick(now: 20)
        #expect(ends.initiator.nextSegment() == nil)
        ends.initiator.timing.idle = 20
        #expect(try ends.initiator.tick(now: 20) == 30)
        #expect(ends.initiator.nextSegment()?.header.requestsResponse == true)
    }

    @Test func endsWhenThePeerGrantsNothing() throws {
        var ends = try Self.ends()
        ends.initiator.timing.idle = 1000
        try ends.initiator.begin(messageCount: 1 << 20)
        while ends.initiator.nextSegment() != nil {}
        #expect(ends.initiator.isStarved)
        #expect(try ends.initiator.tick(now: 5) == 35)
        #expect(try ends.initiator.tick(now: 34) == 35)
        #expect(throws: SMBDirectError.noCreditsGranted) { _ = try ends.initiator.tick(now: 35) }
    }

    @Test func starvesNoMoreOnceACreditCame() throws {
        var ends = try Self.ends()
        ends.initiator.timing.idle = 1000
        try ends.initiator.begin(messageCount: 1 << 20)
        while ends.initiator.nextSegment() != nil {}
        _ = try ends.initiator.tick(now: 5)
        let grant = DataTransferHeader(creditsRequested: 10, creditsGranted: 1)
        _ = try ends.initiator.receive(bytes: encoded(grant))
        #expect(!ends.initiator.isStarved)
        _ = try ends.initiator.tick(now: 34)
        #expect(ends.initiator.nextSegment() == nil)
        #expect(ends.initiator.isStarved)
        #expect(try ends.initiator.tick(now: 40) == 70)
    }
}
