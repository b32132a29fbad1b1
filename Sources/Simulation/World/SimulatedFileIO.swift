internal import Reactor
internal import Seeds

/// A pool of threads for files whose jobs take as long as the seed says.
final class SimulatedFileIO: FileIORunner, @unchecked Sendable {
    private let world: SimulatedWorld
    /// How long a job takes at most, in nanoseconds; a slow disk has more.
    var delayMax: UInt64 = SimulatedFileIO.usualDelayMax
    /// Nothing more fits into the queue: callers answer that resources are short.
    var isFull = false
    private var random: SeededGenerator

    static let usualDelayMax: UInt64 = 3_000_000
    private static let rareDelayMax: UInt64 = 150_000_000
    private static let lateDelayMax: UInt64 = 1_000_000_000
    /// A job in so many takes far longer than the others.
    private static let rareness: UInt64 = 12
    private static let rarenessLate: UInt64 = 3

    /// The disk often takes longer than it takes to replace a connection and to go on.
    var isLate = false

    init(world: SimulatedWorld, seed: UInt64) {
        self.world = world
        random = SeededGenerator(seed: seed)
    }

    func run(_ job: @escaping @Sendable () -> Void) -> Bool {
        guard !isFull else {
            world.note("busy")
            return false
        }
        // Now and then a disk takes longer than it takes to replace a connection.
        let isRare = random.isOne(in: isLate ? Self.rarenessLate : Self.rareness)
        let rareDelayMax = isLate ? Self.lateDelayMax : Self.rareDelayMax
        let longest = isRare ? max(delayMax, rareDelayMax) : delayMax
        world.schedule(after: random.next(upperBound: longest)) { job() }
        return true
    }
}
