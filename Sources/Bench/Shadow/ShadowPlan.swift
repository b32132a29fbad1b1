/// What is done to a file next: a mixture in which every way of the data occurs often, inside of
/// messages and by placement, in one request and in several, up to the end of the file and past it.
struct ShadowPlan {
    /// Who does it.
    enum Hand: CaseIterable {
        case writer
        /// Another open of the same session.
        case second
        /// Another session, of another client.
        case stranger
    }

    struct Access {
        var isWrite: Bool
        var range: Range<Int>
        var hand: Hand
    }

    enum Step {
        /// At once, none of them in the way of another.
        case accesses([Access])
        /// From a place up to or past the end, which a hole may separate.
        case append(Range<Int>)
        case resize(Int)
        case readPastEnd(Range<Int>, Hand)
        case reopen
        /// The whole file is compared.
        case whole(Hand)
    }

    private static let accessesMax = 8
    private static let attemptsMax = 24
    private static let blockByteCount = 1 << 20

    private let byteCountMax: Int
    var random: ShadowRandom

    init(seed: UInt64, byteCountMax: Int) {
        self.byteCountMax = byteCountMax
        random = ShadowRandom(seed: seed)
    }

    /// Half of them fit into a message; one of sixty takes several requests.
    private mutating func count() -> Int {
        let count =
            switch random.below(60) {
            case 0..<14: 1 + random.below(511)
            case 14..<26: 512 + random.below(3584)
            case 26..<32: 4096 << random.below(5)
            case 32..<34: 4095 + random.below(3)
            case 34..<54: 4097 + random.below(60_000)
            case 54..<58: 65_537 + random.below(200_000)
            case 58: Self.blockByteCount - 1 + random.below(3)
            default: Self.blockByteCount + random.below(2 * Self.blockByteCount)
            }
        return min(count, byteCountMax)
    }

    /// Often at the border of a page, as programs do it.
    private mutating func place(below bound: Int) -> Int {
        let place = random.below(bound + 1)
        return random.below(3) == 0 ? place & ~4095 : place
    }

    private mutating func hand() -> Hand { Hand.allCases[random.below(Hand.allCases.count)] }

    mutating func next(fileByteCount count: Int) -> Step {
        switch random.below(100) {
        case 0..<60: return accesses(in: count)
        case 60..<72: return append(to: count)
        case 72..<79: return .resize(place(below: count))
        case 79..<83: return .resize(min(byteCountMax, count + self.count()))
        case 83..<93: return pastEnd(of: count)
        case 93..<98: return .reopen
        default: return random.below(8) == 0 ? .whole(hand()) : .reopen
        }
    }

    private mutating func accesses(in byteCount: Int) -> Step {
        guard byteCount > 0 else { return append(to: 0) }
        var chosen: [Access] = []
        let wanted = 1 + random.below(Self.accessesMax)
        for _ in 0..<Self.attemptsMax where chosen.count < wanted {
            // Next to another one, now and then: where two pieces touch, mistakes happen.
            let start =
                random.below(4) == 0
                ? chosen.last?.range.upperBound ?? 0 : place(below: byteCount - 1)
            let range = start..<min(byteCount, start + count())
            let isWrite = random.below(2) == 0
            let isInTheWay = chosen.contains {
                ($0.isWrite || isWrite) && $0.range.overlaps(range)
            }
            guard !range.isEmpty, !isInTheWay else { continue }
            chosen.append(
                Access(isWrite: isWrite, range: range, hand: isWrite ? .writer : hand())
            )
        }
        return .accesses(chosen)
    }

    private mutating func append(to byteCount: Int) -> Step {
        let start: Int
        switch random.below(3) {
        case 0: start = place(below: byteCount)
        case 1: start = byteCount
        default: start = min(byteCountMax - 1, byteCount + count())
        }
        let end = min(byteCountMax, start + count())
        return start < end ? .append(start..<end) : .resize(place(below: byteCount))
    }

    private mutating func pastEnd(of byteCount: Int) -> Step {
        let start = max(0, byteCount - count() + random.below(4096))
        return .readPastEnd(start..<max(start, byteCount) + 1 + random.below(100_000), hand())
    }
}
