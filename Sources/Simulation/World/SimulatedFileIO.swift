internal import Reactor

/// A pool of threads for files whose jobs take as long as the seed says.
final class SimulatedFileIO: FileIORunner, @unchecked Sendable {
    private unowned let world: SimulatedWorld
    /// How long a job takes at most, in nanoseconds; a slow disk has more.
    var delayMax: UInt64 = SimulatedFileIO.usualDelayMax
    /// Nothing more fits into the queue: callers answer that resources are short.
    var isFull = false
    private var random: SeededGenerator

    static let usualDelayMax: UInt64 = 3_000_000

    init(world: SimulatedWorld, seed: UInt64) {
        self.world = world
        random = SeededGenerator(seed: seed)
    }

    func run(_ job: @escaping @Sendable () -> Void) -> Bool {
        guard !isFull else {
            world.note("busy")
            return false
        }
        world.schedule(after: random.next(upperBound: delayMax)) { job() }
        return true
    }
}
