import Client
import Testing

@Suite struct ResumeJournalTests {
    private let journal = ResumeJournal(
        byteCount: 100,
        modified: Timestamp(rawValue: 7),
        window: 20
    )

    @Test func readsWhatItWrote() {
        #expect(ResumeJournal(parsing: journal.text) == journal)
    }

    @Test func refusesEveryTruncation() {
        for count in 0..<journal.text.count {
            #expect(ResumeJournal(parsing: String(journal.text.prefix(count))) == nil)
        }
        #expect(ResumeJournal(parsing: journal.text + "x") == nil)
    }

    @Test func copiesTheLastWindowAgain() {
        #expect(offset(partial: 75) == 50)
        #expect(offset(partial: 100) == 80)
        #expect(offset(partial: 20) == 0)
        #expect(offset(partial: 0) == 0)
    }

    @Test func trustsNothingOfAnotherSource() {
        #expect(offset(partial: 75, source: 99) == 0)
        #expect(offset(partial: 75, source: 101) == 0)
        #expect(offset(partial: 75, modified: 8) == 0)
        #expect(offset(partial: 101) == 0)
    }

    private func offset(partial: UInt64, source: UInt64 = 100, modified: UInt64 = 7) -> UInt64 {
        journal.resumeOffset(
            partialByteCount: partial,
            sourceByteCount: source,
            sourceModified: Timestamp(rawValue: modified),
            block: 10
        )
    }
}

@Suite struct PartialNameTests {
    @Test func standsNextToTheTarget() {
        let name = PartialName(for: "model.safetensors")
        #expect(name.data == ".penstock-model.safetensors.partial")
        #expect(name.journal == ".penstock-model.safetensors.journal")
        #expect(PartialName.isPartial(name.data))
        #expect(!PartialName.isPartial("model.partial"))
    }

    @Test func longNamesStayApartAndFit() {
        let stem = String(repeating: "ü", count: 120)
        let (first, second) = (PartialName(for: stem + "a"), PartialName(for: stem + "b"))
        #expect(first != second)
        #expect(first.data.utf8.count <= 255)
    }
}
