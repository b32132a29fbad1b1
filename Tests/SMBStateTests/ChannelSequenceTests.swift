import SMBState
import Testing

@Suite struct ChannelSequenceTests {
    private var sequence = ChannelSequence()

    private mutating func begin(
        _ number: UInt16,
        replay: Bool = false,
        changes: Bool = true
    ) -> ChannelSequence.Verdict {
        sequence.begin(number, isReplay: replay, changes: changes)
    }

    private mutating func finish(_ verdict: ChannelSequence.Verdict) {
        guard case .admitted(let ticket) = verdict else {
            Issue.record("not admitted")
            return
        }
        sequence.end(ticket)
    }

    @Test(arguments: [UInt16(0x8000), 0x8001, 0xC123, 0xFFFF], [true, false])
    mutating func refusesWhatIsOlder(number: UInt16, replay: Bool) {
        let change = begin(number, replay: replay)
        #expect(change == .refused)
        let look = begin(number, replay: replay, changes: false)
        #expect(look == .uncounted)
        #expect(sequence.current == 0)
        #expect(sequence.isQuiet)
    }

    /// The steps of a client that comes round once: sixteen bits have no beginning.
    @Test(arguments: [true, false])
    mutating func goesRound(replay: Bool) {
        let steps: [(UInt16, Bool)] = [
            (0, true), (0x8000, false), (0x7FFF, true), (0x7FFE, false), (0, false),
            (0x8000, true), (0xFFFF, true), (0, true), (1, true), (0, false), (0xFFFF, false),
        ]
        for (number, isAdmitted) in steps {
            let verdict = begin(number, replay: replay)
            #expect((verdict != .refused) == isAdmitted, "\(number)")
            if isAdmitted { finish(verdict) }
        }
        #expect(sequence.isQuiet)
    }

    @Test mutating func repetitionWaitsForItsOriginal() {
        let original = begin(0)
        let repetition = begin(1, replay: true)
        #expect(repetition == .refused)
        #expect(sequence.current == 1)
        #expect(sequence.precedingCount == 1)
        let look = begin(1, replay: true, changes: false)
        #expect(look == .uncounted)
        // What is no repetition does not have to wait.
        finish(begin(1))
        finish(original)
        #expect(sequence.isQuiet)
        finish(begin(1, replay: true))
    }

    @Test mutating func repetitionsOfOneEraDoNotWaitForEachOther() {
        let first = begin(1, replay: true)
        let second = begin(1, replay: true)
        #expect(sequence.outstandingCount == 2)
        finish(first)
        finish(second)
        #expect(sequence.isQuiet)
    }

    /// A request that waits for good is of an old era even when the number is the same again.
    @Test mutating func remembersErasNotNumbers() {
        let waiting = begin(0)
        for number in [UInt16(30000), 60000, 0] { finish(begin(number, changes: false)) }
        #expect(sequence.current == 0)
        #expect(sequence.precedingCount == 1)
        let repetition = begin(0, replay: true)
        #expect(repetition == .refused)
        finish(waiting)
        #expect(sequence.isQuiet)
    }

    @Test mutating func anotherSessionStartsAnew() {
        finish(begin(7))
        let late = begin(7)
        sequence.restart(at: 0)
        #expect(sequence.current == 0)
        #expect(!sequence.isQuiet)
        finish(late)
        #expect(sequence.isQuiet)
        finish(begin(0))
    }
}
