import SMBMessages
import SMBState
import Testing

@Suite struct DurableTableTests {
    private var table = DurableTable(disconnectedMax: 2)
    private static let batch = OpenCaching(held: .batch, isBreaking: false)

    private func open(
        _ id: UInt64 = 1,
        createGUID: UInt128? = 5,
        lease: DurableOpen.Lease? = nil,
        isDurable: Bool = true,
        session: UInt64? = 10
    ) -> DurableOpen {
        DurableOpen(
            open: OpenID(id),
            client: 1,
            user: "ann",
            createGUID: createGUID,
            lease: lease,
            fileName: "S\\F",
            isDurable: isDurable,
            session: session
        )
    }

    private func claim(
        _ id: UInt64 = 1,
        client: UInt128 = 1,
        user: String = "ann",
        createGUID: UInt128? = 5,
        wantsPersistent: Bool = false,
        lease: DurableOpen.Lease? = nil,
        fileName: String = "S\\F"
    ) -> DurableClaim {
        DurableClaim(
            open: OpenID(id),
            client: client,
            user: user,
            session: 11,
            createGUID: createGUID,
            wantsPersistent: wantsPersistent,
            lease: lease,
            fileName: fileName
        )
    }

    private mutating func begin(
        replay: Bool,
        client: UInt128 = 1,
        user: String = "ann",
        session: UInt64 = 10,
        lease: UInt128? = nil
    ) -> DurableTable.CreateVerdict {
        table.beginCreate(
            .init(client: client, createGUID: 5),
            isReplay: replay,
            user: user,
            session: session,
            leaseKey: lease
        )
    }

    // MARK: Repetitions

    @Test mutating func theSecondWaitsForTheFirst() {
        let first = begin(replay: false)
        #expect(first == .proceed)
        let repetition = begin(replay: true)
        #expect(repetition == .refused(.fileNotAvailable))
        let another = begin(replay: false)
        #expect(another == .refused(.duplicateObjectID))
        table.endCreate(.init(client: 1, createGUID: 5))
        let again = begin(replay: true)
        #expect(again == .proceed)
    }

    @Test mutating func answersWithTheSameOpen() {
        _ = begin(replay: false)
        table.add(open(), isReplayEligible: true)
        let repetition = begin(replay: true)
        #expect(repetition == .repeated(OpenID(1)))
        let duplicate = begin(replay: false)
        #expect(duplicate == .refused(.duplicateObjectID))
        let elsewhere = begin(replay: true, session: 11)
        #expect(elsewhere == .refused(.duplicateObjectID))
        let stranger = begin(replay: true, user: "bob")
        #expect(stranger == .refused(.accessDenied))
        let leased = begin(replay: true, lease: 3)
        #expect(leased == .refused(.accessDenied))
        let otherClient = begin(replay: true, client: 2)
        #expect(otherClient == .proceed)
    }

    @Test(arguments: [true, false])
    mutating func useEndsRepetition(isDurable: Bool) {
        _ = begin(replay: false)
        table.add(open(isDurable: isDurable), isReplayEligible: true)
        table.endReplay(OpenID(1))
        #expect(table.createCount == 0)
        #expect(table.count == (isDurable ? 1 : 0))
        let repetition = begin(replay: true)
        #expect(repetition == .proceed)
    }

    @Test mutating func nothingIsLeftOfAnOpenThatCannotBeHadAgain() {
        _ = begin(replay: false)
        table.add(open(isDurable: false), isReplayEligible: false)
        #expect(table.count == 0)
        #expect(table.createCount == 0)
        _ = begin(replay: false)
        table.add(open(), isReplayEligible: true)
        table.remove(OpenID(1))
        #expect(table.count == 0)
        #expect(table.createCount == 0)
    }

    /// A later CREATE may use the name again; the end of the first open is not its end.
    @Test mutating func theNameBelongsToTheLastOne() {
        table.add(open(1), isReplayEligible: true)
        table.endReplay(OpenID(1))
        _ = begin(replay: true)
        table.add(open(2), isReplayEligible: true)
        table.remove(OpenID(1))
        let repetition = begin(replay: true)
        #expect(repetition == .repeated(OpenID(2)))
    }

    // MARK: Coming back

    @Test mutating func givesTheOpenToItsOwner() {
        table.add(open(), isReplayEligible: true)
        let tooEarly = table.claim(claim(), caching: Self.batch)
        #expect(tooEarly == .objectNameNotFound)
        let isKept = table.disconnect(OpenID(1))
        #expect(isKept)
        #expect(table.disconnectedCount == 1)
        let status = table.claim(claim(), caching: Self.batch)
        #expect(status == .success)
        #expect(table.disconnectedCount == 0)
        let second = table.claim(claim(), caching: Self.batch)
        #expect(second == .objectNameNotFound)
    }

    @Test mutating func keepsNoMoreThanItMay() {
        for id in UInt64(1)...3 { table.add(open(id, createGUID: nil), isReplayEligible: false) }
        table.add(open(4, createGUID: nil, isDurable: false), isReplayEligible: true)
        let kept = (UInt64(1)...4).map { table.disconnect(OpenID($0)) }
        #expect(kept == [true, true, false, false])
        table.remove(OpenID(1))
        let third = table.disconnect(OpenID(3))
        #expect(third)
        #expect(table.disconnectedCount == 2)
    }

    @Test func refusesWhoIsNotTheOwner() {
        let lease = DurableOpen.Lease(key: 9, isVersion2: true)
        let held = OpenCaching(
            held: [.read, .handle],
            isBreaking: false,
            lease: .init(key: 9, isBreaking: false, isVersion2: true, epoch: 1)
        )
        let levelII = OpenCaching(held: .levelII, isBreaking: false)
        let breaking = OpenCaching(held: .batch, isBreaking: true)
        let plain: [(DurableClaim, OpenCaching?, NTStatus)] = [
            (claim(2), Self.batch, .objectNameNotFound),
            (claim(createGUID: 6), Self.batch, .objectNameNotFound),
            (claim(lease: lease), Self.batch, .objectNameNotFound),
            (claim(), levelII, .objectNameNotFound),
            (claim(), breaking, .objectNameNotFound),
            (claim(), nil, .objectNameNotFound),
            (claim(wantsPersistent: true), Self.batch, .invalidParameter),
            (claim(user: "bob"), Self.batch, .accessDenied),
            // Without a lease neither the client nor the name matters.
            (claim(client: 2, fileName: "X"), Self.batch, .success),
            (claim(createGUID: nil), Self.batch, .success),
        ]
        let leased: [(DurableClaim, OpenCaching?, NTStatus)] = [
            (claim(), held, .objectNameNotFound),
            (claim(client: 2, lease: lease), held, .objectNameNotFound),
            (claim(lease: .init(key: 8, isVersion2: true)), held, .objectNameNotFound),
            (claim(lease: .init(key: 9, isVersion2: false)), held, .objectNameNotFound),
            (claim(lease: lease, fileName: "X"), held, .invalidParameter),
            (claim(createGUID: nil, lease: lease, fileName: "X"), held, .invalidParameter),
            (claim(createGUID: nil, fileName: "X"), held, .objectNameNotFound),
            (claim(lease: lease), Self.batch, .success),
            (claim(lease: lease), held, .success),
        ]
        for (entry, cases) in [(open(session: nil), plain), (open(lease: lease), leased)] {
            for (wish, caching, expected) in cases {
                var table = DurableTable()
                var connected = entry
                connected.session = 10
                table.add(connected, isReplayEligible: false)
                _ = table.disconnect(OpenID(1))
                let status = table.claim(wish, caching: caching)
                #expect(status == expected, "\(wish)")
            }
        }
    }
}
