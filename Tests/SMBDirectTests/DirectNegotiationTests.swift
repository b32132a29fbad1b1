import SMBDirect
import Testing
import Wire

@Suite struct DirectNegotiationTests {
    static let limits = DirectLimits(
        credits: 64,
        sendSize: 4096,
        receiveSize: 2048,
        fragmentedSize: 1 << 18
    )

    static func acceptor(posted: Int = 65) -> DirectMachine {
        var machine = DirectMachine(role: .acceptor, limits: limits, now: 0)
        machine.postedReceives(posted)
        return machine
    }

    static func initiator() -> DirectMachine {
        var machine = DirectMachine(role: .initiator, limits: limits, now: 0)
        machine.postedReceives(65)
        _ = machine.negotiateRequest()
        return machine
    }

    static func request(
        _ change: (inout DirectNegotiateRequest) -> Void = { _ in }
    ) -> [UInt8] {
        var request = DirectMessageTests.request
        change(&request)
        return encoded { request.encode(to: &$0) }
    }

    static func response(
        _ change: (inout DirectNegotiateResponse) -> Void = { _ in }
    ) -> [UInt8] {
        var response = DirectMessageTests.response
        change(&response)
        return encoded { response.encode(to: &$0) }
    }

    @Test func acceptsTheKernelsRequest() throws {
        var machine = Self.acceptor()
        let arrival = try machine.receive(bytes: try Fixture("negotiate-request-kernel").message)
        var expected = DirectNegotiateResponse(status: 0)
        expected.negotiatedVersion = 0x0100
        expected.creditsRequested = 64
        expected.creditsGranted = 64
        expected.maxReadWriteSize = 8 << 20
        expected.preferredSendSize = 1364
        expected.maxReceiveSize = 1364
        expected.maxFragmentedSize = 1 << 18
        #expect(arrival == .accepted(expected))
        #expect(machine.phase == .established)
        #expect(machine.fragmentedSendSize == 173_910)
        #expect(machine.segmentPayloadMax == 1340)
        #expect(machine.sendCredits == 0)
        #expect(machine.nextSegment() == nil)
    }

    @Test func takesKsmbdsResponse() throws {
        var machine = Self.initiator()
        let bytes = try Fixture("negotiate-response-ksmbd").message
        #expect(try machine.receive(bytes: bytes) == .established)
        #expect(machine.sendCredits == 254)
        #expect(machine.sendSize == 1364)
        #expect(machine.receiveSize == 1364)
        #expect(machine.readWriteSize == 8 << 20)
        #expect(machine.fragmentedSendSize == 173_910)
    }

    @Test func asksForItsLimits() {
        var machine = DirectMachine(role: .initiator, limits: Self.limits, now: 0)
        #expect(
            machine.negotiateRequest()
                == DirectNegotiateRequest(
                    creditsRequested: 64,
                    preferredSendSize: 4096,
                    maxReceiveSize: 2048,
                    maxFragmentedSize: 1 << 18
                )
        )
        #expect(machine.phase == .negotiating)
    }

    /// No fewer bytes than the request has, and more do no harm.
    @Test func goesByTheLengthOfARequest() throws {
        var long = Self.acceptor()
        guard case .accepted = try long.receive(bytes: Self.request() + [1, 2, 3]) else {
            Issue.record("refused for its length")
            return
        }
        var short = Self.acceptor()
        #expect(throws: SMBDirectError.truncated(byteCount: 19)) {
            _ = try short.receive(bytes: Array(Self.request().dropLast()))
        }
        #expect(short.phase == .ended)
    }

    @Test(arguments: [(0x0200, 0x0300), (0x0000, 0x00FF), (0x0200, 0x0100)] as [(UInt16, UInt16)])
    func refusesOtherVersions(minimum: UInt16, maximum: UInt16) throws {
        var machine = Self.acceptor()
        let bytes = Self.request {
            $0.minVersion = minimum
            $0.maxVersion = maximum
        }
        #expect(
            try machine.receive(bytes: bytes)
                == .refused(
                    DirectNegotiateResponse(status: 0xC000_00BB),
                    .version(minimum: minimum, maximum: maximum)
                )
        )
        #expect(machine.phase == .ended)
    }

    @Test func acceptsARangeOfVersions() throws {
        var machine = Self.acceptor()
        let bytes = Self.request {
            $0.minVersion = 0
            $0.maxVersion = .max
        }
        guard case .accepted(let response) = try machine.receive(bytes: bytes) else {
            Issue.record("refused for its versions")
            return
        }
        #expect(response.negotiatedVersion == 0x0100)
    }

    @Test func refusesRequestsBelowTheMinimum() {
        let changes: [(SMBDirectError.NegotiatedField, (inout DirectNegotiateRequest) -> Void)] = [
            (.creditsRequested, { $0.creditsRequested = 0 }),
            (.maxReceiveSize, { $0.maxReceiveSize = 127 }),
            (.maxFragmentedSize, { $0.maxFragmentedSize = 131_071 }),
        ]
        for (field, change) in changes {
            var machine = Self.acceptor()
            #expect(throws: SMBDirectError.negotiation(field: field)) {
                _ = try machine.receive(bytes: Self.request(change))
            }
            #expect(machine.phase == .ended)
        }
    }

    @Test func refusesResponsesThatBreakTheRules() {
        let changes: [(SMBDirectError.NegotiatedField, (inout DirectNegotiateResponse) -> Void)] = [
            (.negotiatedVersion, { $0.negotiatedVersion = 0x0200 }),
            (.creditsRequested, { $0.creditsRequested = 0 }),
            (.creditsGranted, { $0.creditsGranted = 0 }),
            (.preferredSendSize, { $0.preferredSendSize = 2049 }),
            (.maxReceiveSize, { $0.maxReceiveSize = 127 }),
            (.maxFragmentedSize, { $0.maxFragmentedSize = 131_071 }),
        ]
        for (field, change) in changes {
            var machine = Self.initiator()
            #expect(throws: SMBDirectError.negotiation(field: field)) {
                _ = try machine.receive(bytes: Self.response(change))
            }
            #expect(machine.phase == .ended)
        }
        var machine = Self.initiator()
        #expect(throws: SMBDirectError.refused(status: 0xC000_00BB)) {
            _ = try machine.receive(
                bytes: encoded { DirectNegotiateResponse(status: 0xC000_00BB).encode(to: &$0) }
            )
        }
        var other = Self.initiator()
        #expect(throws: SMBDirectError.truncated(byteCount: 31)) {
            _ = try other.receive(bytes: Array(Self.response().dropLast()))
        }
    }

    @Test func keepsTheSmallestSizes() throws {
        var machine = Self.acceptor()
        let bytes = Self.request {
            $0.preferredSendSize = 1
            $0.maxReceiveSize = 128
        }
        guard case .accepted(let response) = try machine.receive(bytes: bytes) else {
            Issue.record("refused for its sizes")
            return
        }
        #expect(response.maxReceiveSize == 128)
        #expect(response.preferredSendSize == 128)
        #expect(machine.segmentPayloadMax == 104)
    }

    @Test func grantsNoMoreThanWasAskedForOrIsPosted() throws {
        var few = Self.acceptor()
        guard
            case .accepted(let response) = try few.receive(
                bytes: Self.request { $0.creditsRequested = 5 }
            )
        else {
            Issue.record("refused for its credits")
            return
        }
        #expect(response.creditsGranted == 5)
        var poor = Self.acceptor(posted: 3)
        guard case .accepted(let response) = try poor.receive(bytes: Self.request()) else {
            Issue.record("refused for want of receives")
            return
        }
        #expect(response.creditsGranted == 2)
    }

    @Test func refusesForWantOfReceives() throws {
        var machine = Self.acceptor(posted: 1)
        #expect(
            try machine.receive(bytes: Self.request())
                == .refused(
                    DirectNegotiateResponse(status: 0xC000_009A),
                    .negotiation(field: .creditsGranted)
                )
        )
    }

    @Test func takesNothingBeforeItAskedOrAfterItEnded() {
        var early = DirectMachine(role: .initiator, limits: Self.limits, now: 0)
        early.postedReceives(2)
        #expect(throws: SMBDirectError.unexpectedMessage) {
            _ = try early.receive(bytes: Self.response())
        }
        #expect(throws: SMBDirectError.unexpectedMessage) {
            _ = try early.receive(bytes: Self.response())
        }
    }
}
