internal import Reactor

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
        let longest = random.isOne(in: 12) ? max(delayMax, Self.rareDelayMax) : delayMax
        world.schedule(after: random.next(upperBound: longest)) { job() }
        return true
    }
}
