import SMBState
import Testing

@Suite struct ShareModesTests {
    private static let accesses: [(mask: UInt32, needs: UInt32)] = [
        (0x0000_0001, 1), (0x0000_0020, 1), (0x0000_0002, 2), (0x0000_0004, 2), (0x0001_0000, 4),
        (0x0000_0080, 0), (0x0000_0100, 0), (0x0012_0008, 0), (0x0000_0040, 0),
    ]

    /// MS-FSA 2.1.5.1.2.2, every access against every sharing, both ways round.
    @Test(arguments: 0..<8, 0..<8)
    func conflictsAsTheTableSays(firstShare: UInt32, secondShare: UInt32) {
        for first in Self.accesses {
            for second in Self.accesses {
                let left = ShareModes(access: first.mask, shareAccess: firstShare)
                let right = ShareModes(access: second.mask, shareAccess: secondShare)
                let bothUse = first.needs != 0 && second.needs != 0
                let expected =
                    bothUse
                    && (first.needs & ~secondShare != 0 || second.needs & ~firstShare != 0)
                #expect(left.conflicts(with: right) == expected)
                #expect(right.conflicts(with: left) == expected)
            }
        }
    }
}
