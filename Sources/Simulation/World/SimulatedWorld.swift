internal import Reactor
internal import Seeds

/// Time, and all that happens in it: one thread, one clock, events in a seeded order.
final class SimulatedWorld: @unchecked Sendable {
    let seed: UInt64
    let clock = SimulatedClock()
    let executor = SimulatedExecutor()
    private(set) var log = EventLog()
    private var events = EventQueue()
    private var reactors: [Reactor] = []

    init(seed: UInt64, isPrinted: Bool) {
        self.seed = seed
        log.isPrinted = isPrinted
    }

    var now: UInt64 { clock.now }
    var isPrinted: Bool { log.isPrinted }

    /// A generator of its own for each purpose, so that one more draw here changes nothing there.
    func generator(_ purpose: UInt64) -> SeededGenerator {
        var mixed = SeededGenerator(seed: seed &+ purpose &* 0x9E6C_63D0_876A_68AD)
        return SeededGenerator(seed: mixed.next())
    }

    func makeReactor(_ name: String) throws -> Reactor {
        let reactor = try Reactor(name: name, clock: clock)
        reactors.append(reactor)
        return reactor
    }

    func note(_ what: StaticString, _ first: Int = 0, _ second: Int = 0, _ third: Int = 0) {
        log.note(now, what, first, second, third)
    }

    func schedule(after nanoseconds: UInt64, _ action: @escaping () -> Void) {
        events.insert(at: now + nanoseconds, action)
    }

    func schedule(at time: UInt64, _ action: @escaping () -> Void) {
        events.insert(at: max(now, time), action)
    }

    /// Lets time pass until `condition` holds; false when it does not by `deadline`, or when
    /// nothing would ever happen again.
    func run(until condition: () -> Bool, deadline: UInt64) -> Bool {
        while true {
            settle()
            if condition() { return true }
            guard let next = nextTime, next <= deadline else { return false }
            clock.advance(to: max(now, next))
            if let action = events.popDue(at: now) { action() }
        }
    }

    private var nextTime: UInt64? {
        var next = events.nextTime
        for reactor in reactors {
            guard let deadline = reactor.nextDeadline else { continue }
            next = min(next ?? deadline, deadline)
        }
        return next
    }

    /// Everything that can happen without the clock moving on.
    private func settle() {
        var goesOn = true
        while goesOn {
            goesOn = executor.step()
            for reactor in reactors where reactor.step() { goesOn = true }
        }
    }

    /// Lets everything go: what is left would keep itself alive.
    func end() {
        events.removeAll()
        for reactor in reactors { reactor.abandon() }
        while executor.step() {}
        for reactor in reactors { reactor.abandon() }
        reactors.removeAll()
    }
}

extension SeededGenerator {
    /// Whether something happens that does so once in `count` times.
    mutating func isOne(in count: UInt64) -> Bool { next(upperBound: count) == 0 }

    /// A number of a closed range.
    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next(upperBound: UInt64(range.count)))
    }

    /// Nanoseconds between two numbers of milliseconds.
    mutating func milliseconds(_ range: ClosedRange<UInt64>) -> UInt64 {
        let span = (range.upperBound - range.lowerBound) * 1_000_000
        return range.lowerBound * 1_000_000 + next(upperBound: span + 1)
    }
}
