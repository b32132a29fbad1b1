internal import Client
internal import Seeds

/// Breaks things, at times and in ways that the seed gives.
final class FaultInjector {
    /// Between one fault and the next, at most.
    private static let gapMax: UInt64 = 60_000_000

    /// Faults in a row while nothing goes on.
    private static let idleFaultsMax = 3

    private let world: SimulatedWorld
    private let network: SimulatedNetwork
    private let files: SimulatedFileIO
    private var random: SeededGenerator
    private let total: Int
    private(set) var count = 0
    /// Counts what the programs have done.
    private let progress: () -> Int
    private var lastProgress = -1
    private var idleFaults = 0
    /// Told when all faults have happened and everything is well again.
    private let finished: () -> Void

    init(
        world: SimulatedWorld,
        network: SimulatedNetwork,
        files: SimulatedFileIO,
        count: Int,
        progress: @escaping () -> Int,
        finished: @escaping () -> Void
    ) {
        self.world = world
        self.network = network
        self.files = files
        total = count
        self.progress = progress
        self.finished = finished
        random = world.generator(2)
    }

    func start() { scheduleNext() }

    private func scheduleNext() {
        // Now and then there is quiet for as long as it takes to get well.
        let isQuiet = random.isOne(in: 8)
        let gap = isQuiet ? random.milliseconds(100...1500) : random.next(upperBound: Self.gapMax)
        world.schedule(after: gap) { [self] in
            guard count < total else {
                network.heal()
                files.delayMax = SimulatedFileIO.usualDelayMax
                files.isFull = false
                return finished()
            }
            // Most wait until work goes on again: breaking what is broken shows little.
            let isIdle = progress() == lastProgress
            if !isIdle || (random.isOne(in: 4) && idleFaults < Self.idleFaultsMax) {
                idleFaults = isIdle ? idleFaults + 1 : 0
                lastProgress = progress()
                if inject() { count += 1 }
            }
            scheduleNext()
        }
    }

    /// Whether there was something to break.
    private func inject() -> Bool {
        let kind = random.number(0...19)
        world.note("fault", kind)
        switch kind {
        case 0...7: return killOne()
        case 8...10: return stallOne()
        case 11, 12: network.takeDown(.rdma, for: random.milliseconds(50...4000))
        case 13: network.takeDown(.tcp, for: random.milliseconds(50...3000))
        case 14:
            let time = random.milliseconds(50...2500)
            network.takeDown(.rdma, for: time)
            network.takeDown(.tcp, for: time)
        case 15, 16: network.refusals += random.number(1...3)
        case 17:
            files.isFull = true
            world.schedule(after: random.milliseconds(1...30)) { [self] in files.isFull = false }
        case 18:
            files.delayMax = random.milliseconds(1...60)
            world.schedule(after: random.milliseconds(50...500)) { [self] in
                files.delayMax = SimulatedFileIO.usualDelayMax
            }
        default:
            network.slowness = UInt64(random.number(2...10))
            world.schedule(after: random.milliseconds(50...500)) { [self] in network.slowness = 1 }
        }
        return true
    }

    private func killOne() -> Bool {
        guard let channel = choose() else { return false }
        world.note("kill", channel.number)
        channel.die()
        return true
    }

    private func stallOne() -> Bool {
        guard let channel = choose() else { return false }
        let ways = [[0], [1], [0, 1]][random.number(0...2)]
        world.note("stall", channel.number, ways.count, ways[0])
        channel.stall(ways, until: world.now + random.milliseconds(50...8000))
        return true
    }

    private func choose() -> SimulatedChannel? {
        let living = network.living()
        guard !living.isEmpty else { return nil }
        return living[random.number(0...living.count - 1)]
    }
}
