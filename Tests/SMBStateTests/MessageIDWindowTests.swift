import SMBState
import Seeds
import Testing

@Suite struct MessageIDWindowTests {
    @Test func beginsWithOneCredit() {
        var window = MessageIDWindow()
        #expect(window.available == 1)
        #expect(window.consume(messageID: 0) == true)
        #expect(window.available == 0)
    }

    @Test func refusesReplayedAndUngrantedIDs() {
        var window = MessageIDWindow()
        let unknown = window.consume(messageID: 1)
        #expect(!unknown)
        let first = window.consume(messageID: 0)
        #expect(first)
        let again = window.consume(messageID: 0)
        #expect(!again)
    }

    @Test func acceptsIDsOutOfOrder() {
        var window = MessageIDWindow()
        #expect(window.consume(messageID: 0) == true)
        #expect(window.grant(requested: 3) == 3)
        #expect(window.consume(messageID: 3) == true)
        #expect(window.consume(messageID: 1) == true)
        let replay = window.consume(messageID: 3)
        #expect(!replay)
        #expect(window.lowest == 2)
        #expect(window.consume(messageID: 2) == true)
        #expect(window.lowest == 4)
    }

    @Test func chargesARangeAsAWhole() {
        var window = MessageIDWindow()
        #expect(window.consume(messageID: 0) == true)
        #expect(window.grant(requested: 8) == 8)
        #expect(window.consume(messageID: 3) == true)
        // 1...4 holds 3, which is used; nothing of it is taken.
        let overlapping = window.consume(messageID: 1, charge: 4)
        #expect(!overlapping)
        #expect(window.consume(messageID: 1, charge: 2) == true)
        let tooLong = window.consume(messageID: 6, charge: 4)
        #expect(!tooLong)
        #expect(window.consume(messageID: 4, charge: 5) == true)
        #expect(window.available == 0)
    }

    @Test func neverLeavesAClientWithoutCredit() {
        var window = MessageIDWindow()
        #expect(window.consume(messageID: 0) == true)
        #expect(window.grant(requested: 0) == 1)
        #expect(window.grant(requested: 0) == 0)
    }

    @Test func keepsTheUnauthenticatedShort() {
        var window = MessageIDWindow(creditsMax: 8192)
        #expect(window.consume(messageID: 0) == true)
        #expect(window.grant(requested: 65535) == 512)
        #expect(window.consume(messageID: 1) == true)
        window.authenticated()
        #expect(window.grant(requested: 65535) == 8192 - 511)
        #expect(window.available == 8192)
    }

    /// smbtorture smb2.credits.skipped_mid: one id left out, then 8191 requests on the others.
    @Test func skippedIDStopsGrowthUntilItArrives() {
        var window = MessageIDWindow(creditsMax: 8192)
        #expect(window.consume(messageID: 0) == true)
        window.authenticated()
        #expect(window.grant(requested: 8192) == 8192)
        for id in UInt64(2)...8192 {
            let accepted = window.consume(messageID: id)
            #expect(accepted)
            let granted = window.grant(requested: 1)
            #expect(granted == 0)
        }
        #expect(window.available == 1)
        #expect(window.consume(messageID: 1) == true)
        #expect(window.grant(requested: 8192) == 8192)
    }

    @Test func refusesARangeThatWraps() {
        var window = MessageIDWindow()
        let wraps = window.consume(messageID: .max, charge: 2)
        #expect(!wraps)
    }

    /// Against a model that keeps every id in a set.
    @Test(arguments: 0..<8)
    func agreesWithASet(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var window = MessageIDWindow(creditsMax: 128)
        window.authenticated()
        var free: Set<UInt64> = [0]
        var end: UInt64 = 1
        for _ in 0..<4000 {
            if Bool.random(using: &random) {
                let low = free.min() ?? end
                let id = low &+ UInt64.random(in: 0..<12, using: &random) &- 2
                let charge = Int.random(in: 1...4, using: &random)
                let (last, overflow) = id.addingReportingOverflow(UInt64(charge) - 1)
                let isFree = !overflow && (id...last).allSatisfy(free.contains)
                let accepted = window.consume(messageID: id, charge: charge)
                #expect(accepted == isFree)
                if isFree { free.subtract(id...last) }
            } else {
                let asked = UInt16.random(in: 0...20, using: &random)
                let span = Int(end - (free.min() ?? end))
                let expected = max(min(Int(asked), 128 - span), free.isEmpty ? 1 : 0)
                let granted = window.grant(requested: asked)
                #expect(Int(granted) == expected)
                for _ in 0..<expected {
                    free.insert(end)
                    end += 1
                }
            }
            #expect(window.available == free.count)
        }
    }
}
