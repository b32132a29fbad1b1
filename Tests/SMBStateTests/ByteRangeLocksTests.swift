import SMBMessages
import SMBState
import Seeds
import Testing

private let one = OpenID(1)
private let two = OpenID(2)

private func element(
    _ offset: UInt64,
    _ length: UInt64,
    _ flags: ByteRangeLocks.Flags
) -> ByteRangeLocks.Element {
    .init(range: LockRange(offset: offset, length: length), flags: flags)
}

private let lockNow: ByteRangeLocks.Flags = [.exclusive, .failImmediately]
private let shareNow: ByteRangeLocks.Flags = [.shared, .failImmediately]

@Suite struct ByteRangeLocksTests {
    var locks = ByteRangeLocks()

    private mutating func apply(
        _ elements: [ByteRangeLocks.Element],
        _ owner: OpenID = one
    ) -> ByteRangeLocks.Outcome {
        locks.apply(elements, owner: owner, waiter: WaiterID(9)).outcome
    }

    @Test mutating func sharedOverExclusiveStacksForTheOwnerOnly() {
        #expect(apply([element(0, 10, lockNow)]) == .granted)
        #expect(apply([element(0, 10, shareNow)]) == .granted)
        #expect(apply([element(0, 10, shareNow)], two) == .refused(.lockNotGranted))
        #expect(apply([element(0, 10, lockNow)]) == .refused(.lockNotGranted))
        #expect(apply([element(0, 10, .unlock)]) == .granted)
        #expect(apply([element(0, 10, .unlock)]) == .granted)
        #expect(apply([element(0, 10, .unlock)]) == .refused(.rangeNotLocked))
        #expect(locks.isEmpty)
    }

    @Test mutating func exclusiveOverSharedIsRefused() {
        #expect(apply([element(0, 10, shareNow)]) == .granted)
        #expect(apply([element(5, 1, lockNow)]) == .refused(.lockNotGranted))
    }

    /// smbtorture smb2.lock.zerobytelength.
    @Test(arguments: [
        (10, 0, 10, 0, true), (10, 0, 9, 1, true), (10, 0, 10, 1, true), (10, 0, 11, 1, true),
        (10, 0, 9, 2, false), (10, 0, 10, 2, true), (10, 0, 9, 3, false), (0, 0, 0, 0, true),
    ])
    func emptyRanges(
        first: UInt64,
        firstLength: UInt64,
        second: UInt64,
        secondLength: UInt64,
        fits: Bool
    ) {
        let left = LockRange(offset: first, length: firstLength)
        let right = LockRange(offset: second, length: secondLength)
        #expect(left.overlaps(right) == !fits)
        #expect(right.overlaps(left) == !fits)
    }

    @Test mutating func refusesRangesBeyondTheLastOffset() {
        #expect(apply([element(.max, .max, lockNow)]) == .refused(.invalidLockRange))
        #expect(apply([element(.max, 1, lockNow)]) == .granted)
        #expect(apply([element(2, .max, lockNow)]) == .refused(.invalidLockRange))
    }

    /// smbtorture smb2.lock.valid-request.
    @Test mutating func refusesOddFlags() {
        #expect(apply([]) == .refused(.invalidParameter))
        #expect(apply([element(1, 1, [])]) == .refused(.invalidParameter))
        #expect(apply([element(1, 1, [.unlock, .exclusive])]) == .refused(.invalidParameter))
        #expect(apply([element(1, 1, [.unlock, .failImmediately])]) == .refused(.invalidParameter))
        #expect(apply([element(1, 1, [.shared, .exclusive])]) == .refused(.invalidParameter))
        #expect(
            apply([element(9, 1, shareNow), element(9, 1, .shared)]) == .refused(.invalidParameter)
        )
        #expect(
            apply([element(9, 1, .unlock), element(9, 1, [])]) == .refused(.rangeNotLocked)
        )
        #expect(locks.isEmpty)
    }

    /// smbtorture smb2.lock.multiple-unlock: locks are given back, unlocks stay done.
    @Test mutating func elementsOfOneRequest() {
        #expect(apply([element(10, 5, lockNow)]) == .granted)
        let both = [element(0, 5, lockNow), element(10, 5, lockNow)]
        #expect(apply(both) == .refused(.lockNotGranted))
        #expect(locks.held.count == 1)
        let unlocks = [element(10, 5, .unlock), element(0, 5, .unlock)]
        #expect(apply(unlocks) == .refused(.rangeNotLocked))
        #expect(locks.isEmpty)
        #expect(
            apply([element(0, 5, lockNow), element(0, 5, .unlock)]) == .refused(.invalidParameter)
        )
        #expect(locks.isEmpty)
    }

    @Test mutating func waitingRequestsAreServedInOrder() {
        #expect(apply([element(0, 10, lockNow)]) == .granted)
        let first = locks.apply([element(0, 4, .exclusive)], owner: two, waiter: WaiterID(1))
        #expect(first.outcome == .waiting)
        let second = locks.apply([element(2, 4, .exclusive)], owner: two, waiter: WaiterID(2))
        #expect(second.outcome == .waiting)
        let unlocked = locks.apply([element(0, 10, .unlock)], owner: one, waiter: WaiterID(3))
        #expect(unlocked.granted == [WaiterID(1)])
        #expect(locks.hasWaiters)
        let cancelled = locks.cancel(WaiterID(2))
        #expect(cancelled)
        let again = locks.cancel(WaiterID(2))
        #expect(!again)
    }

    @Test mutating func closingEndsLocksAndWaits() {
        #expect(apply([element(0, 10, lockNow)]) == .granted)
        let waiting = locks.apply([element(0, 1, .shared)], owner: two, waiter: WaiterID(5))
        #expect(waiting.outcome == .waiting)
        #expect(locks.close(two) == [WaiterID(5)])
        #expect(locks.close(one) == [])
        #expect(locks.isEmpty)
    }

    /// smbtorture smb2.lock.rw-shared and rw-exclusive.
    @Test mutating func readsAndWrites() {
        let range = LockRange(offset: 4, length: 4)
        #expect(apply([element(0, 10, shareNow)]) == .granted)
        #expect(locks.allowsRead(range, by: one))
        #expect(locks.allowsRead(range, by: two))
        #expect(!locks.allowsWrite(range, by: one))
        #expect(!locks.allowsWrite(range, by: two))
        #expect(locks.allowsWrite(LockRange(offset: 10, length: 1), by: two))
        #expect(locks.allowsWrite(LockRange(offset: 5, length: 0), by: two))
        #expect(apply([element(0, 10, .unlock)]) == .granted)
        #expect(apply([element(0, 10, lockNow)]) == .granted)
        #expect(locks.allowsRead(range, by: one))
        #expect(locks.allowsWrite(range, by: one))
        #expect(!locks.allowsRead(range, by: two))
        #expect(!locks.allowsWrite(range, by: two))
    }

    @Test mutating func boundsWhatIsHeld() {
        for index in 0..<UInt64(ByteRangeLocks.heldMax) {
            let outcome = locks.lock(
                LockRange(offset: .max, length: 0),
                exclusive: false,
                owner: OpenID(index),
                waiter: nil
            )
            #expect(outcome == .granted)
        }
        #expect(apply([element(0, 1, lockNow)]) == .refused(.insufficientResources))
    }
}

/// Against a model that paints each byte.
@Suite struct ByteRangeLocksPropertyTests {
    @Test(arguments: 0..<12)
    func agreesWithPaintedBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var locks = ByteRangeLocks()
        var held: [(range: Range<UInt64>, isExclusive: Bool, owner: OpenID)] = []
        for _ in 0..<600 {
            let offset = UInt64.random(in: 0..<24, using: &random)
            let range = LockRange(offset: offset, length: .random(in: 1..<8, using: &random))
            let bytes = offset..<offset + range.length
            let owner = OpenID(.random(in: 1...3, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let index = held.firstIndex { $0.range == bytes && $0.owner == owner }
                #expect((locks.unlock(range, owner: owner) == .success) == (index != nil))
                let exclusive = held.firstIndex {
                    $0.range == bytes && $0.owner == owner && $0.isExclusive
                }
                if let gone = exclusive ?? index { held.remove(at: gone) }
            case 1:
                let expected = !held.contains {
                    $0.isExclusive && $0.owner != owner && $0.range.overlaps(bytes)
                }
                #expect(locks.allowsRead(range, by: owner) == expected)
            case 2:
                let expected = !held.contains {
                    !($0.isExclusive && $0.owner == owner) && $0.range.overlaps(bytes)
                }
                #expect(locks.allowsWrite(range, by: owner) == expected)
            default:
                let isExclusive = Bool.random(using: &random)
                let conflict = held.contains { lock in
                    guard lock.range.overlaps(bytes) else { return false }
                    return isExclusive || (lock.isExclusive && lock.owner != owner)
                }
                let outcome = locks.lock(
                    range,
                    exclusive: isExclusive,
                    owner: owner,
                    waiter: nil
                )
                #expect(outcome == (conflict ? .refused(.lockNotGranted) : .granted))
                if !conflict { held.append((bytes, isExclusive, owner)) }
            }
        }
        #expect(locks.held.count == held.count)
    }
}
