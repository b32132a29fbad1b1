import SMBState
import Testing

@Suite struct LockSequencesTests {
    @Test func recognizesTheSameNumberAtTheSameIndex() {
        var sequences = LockSequences()
        let unknown = sequences.isRepeated(0x15)
        #expect(!unknown)
        sequences.succeeded(0x15)
        let repeated = sequences.isRepeated(0x15)
        #expect(repeated)
        let otherIndex = sequences.isRepeated(0x25)
        #expect(!otherIndex)
    }

    @Test func anotherNumberVoidsTheEntry() {
        var sequences = LockSequences()
        sequences.succeeded(0x15)
        let other = sequences.isRepeated(0x16)
        #expect(!other)
        let first = sequences.isRepeated(0x15)
        #expect(!first)
    }

    @Test(arguments: [UInt32(0x05), 0x415, 0xFFFF_FFF5])
    func ignoresIndexesOutsideTheArray(sequence: UInt32) {
        var sequences = LockSequences()
        sequences.succeeded(sequence)
        let repeated = sequences.isRepeated(sequence)
        #expect(!repeated)
    }
}
