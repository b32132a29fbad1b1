internal import Client
import Descriptors
internal import Reactor
internal import Seeds
internal import Synchronization
internal import Transport

/// One connection between the client and the server, and what goes wrong with it.
final class SimulatedChannel: SimulatedWire {
    /// The way of what one end sends: 0 from the client, 1 from the server.
    struct Way {
        var items = RingBuffer<Flight>()
        var byteCount: Int { (0..<items.count).reduce(0) { $0 + items[$1].item.byteCount } }
        /// Nothing arrives before; only that later things do not overtake earlier ones.
        var lastDue: UInt64 = 0
        /// Silence until then: what is under way waits.
        var heldUntil: UInt64 = 0
        /// What is sent from now on is lost.
        var isCut = false
        /// Counts appointments: only the last one made is kept.
        var appointment = 0
    }

    struct Flight {
        var due: UInt64
        var item: SimulatedItem
    }

    let number: Int
    let kind: TransportKind
    let world: SimulatedWorld
    let network: SimulatedNetwork
    let ends: [SimulatedTransport]
    var ways = [Way(), Way()]
    var random: SeededGenerator
    var isDead = false
    /// Things arrive for a while after the ends have heard of the death.
    private var isSlowToDie = false

    init(
        number: Int,
        kind: TransportKind,
        network: SimulatedNetwork,
        ends: (SimulatedTransport, SimulatedTransport)
    ) {
        self.number = number
        self.kind = kind
        self.network = network
        world = network.world
        random = world.generator(1000 + UInt64(number))
        self.ends = [ends.0, ends.1]
        for end in self.ends { end.wire = self }
    }

    /// Whether both ends still believe in it.
    var isAlive: Bool { !isDead && !ends[0].isClosed && !ends[1].isClosed }

    private func way(of end: SimulatedTransport) -> Int { end === ends[0] ? 0 : 1 }

    // MARK: Arriving

    func carry(_ item: SimulatedItem, from end: SimulatedTransport) {
        let way = way(of: end)
        guard !ways[way].isCut else { return item.discard() }
        let isForged = network.forgetsSequence && way == 0
        let item = isForged ? item.withoutSequence() : item
        let due = max(ways[way].lastDue, world.now + network.delay(item.byteCount, &random))
        ways[way].lastDue = due
        ways[way].items.append(Flight(due: due, item: item))
        if ways[way].items.count == 1 { makeAppointment(way) }
    }

    func queuedByteCount(of end: SimulatedTransport) -> Int { ways[way(of: end)].byteCount }

    private func makeAppointment(_ way: Int) {
        guard ways[way].items.count > 0 else { return }
        ways[way].appointment += 1
        let appointment = ways[way].appointment
        let time = max(ways[way].items[0].due, ways[way].heldUntil)
        world.schedule(at: time) { [self] in
            if appointment == ways[way].appointment { arrive(way) }
        }
    }

    private func arrive(_ way: Int) {
        guard ways[way].heldUntil <= world.now, let flight = ways[way].items.popFirst() else {
            return makeAppointment(way)
        }
        let target = ends[1 - way]
        world.note("arrive", number, way, flight.item.byteCount)
        if world.isPrinted {
            let sender = way == 0 ? "client" : "server"
            writeTrace("    \(number) from \(sender): \(MessageTrace.describe(flight.item))")
        }
        if target.isClosed, !target.isDrained, flight.item.touchesMemory {
            network.counts.late += 1
        }
        target.accept(flight.item)
        makeAppointment(way)
    }

    // MARK: Faults

    /// Nothing arrives for a while, from one end or from both.
    func stall(_ stalled: [Int], until time: UInt64) {
        for way in stalled {
            ways[way].heldUntil = max(ways[way].heldUntil, time)
            makeAppointment(way)
        }
    }

    /// The connection dies: of what is under way a part arrives, perhaps late, and the ends hear
    /// of it some time later, each at its own.
    func die() {
        guard !isDead else { return }
        isDead = true
        for way in 0...1 {
            cut(way)
        }
        // What the ends have given up long ago may still be on its way.
        isSlowToDie = random.isOne(in: 2)
        if isSlowToDie { stall([0, 1], until: world.now + random.milliseconds(30...900)) }
        for (index, end) in ends.enumerated() {
            let isSoon = isSlowToDie || random.isOne(in: 2)
            let time = world.now + random.milliseconds(0...(isSoon ? 20 : 1500))
            world.schedule(at: time) { [self] in
                guard !end.isClosed else { return }
                world.note("dies", number, index)
                end.lose(deathError)
            }
        }
    }

    /// Loses a random part of what is under way, and everything later.
    private func cut(_ way: Int) {
        ways[way].isCut = true
        let count = ways[way].items.count
        let arriving = Int(random.next(upperBound: UInt64(count + 1)))
        var kept = RingBuffer<Flight>()
        for position in 0..<count {
            guard let flight = ways[way].items.popFirst() else { break }
            if position < arriving {
                kept.append(flight)
            } else if position == arriving, kind == .tcp,
                let part = flight.item.cutShort(&random)
            {
                kept.append(Flight(due: flight.due, item: part))
            } else {
                flight.item.discard()
            }
        }
        ways[way].items = kept
        makeAppointment(way)
    }

    private var deathError: TransportError {
        kind == .tcp
            ? .system(.connectionReset, call: "recv")
            : .fabric(reason: "the peer does not acknowledge")
    }

    // MARK: Ends

    func closed(_ end: SimulatedTransport, flushing: Bool) {
        let way = way(of: end)
        world.note("closed", number, way, flushing ? 1 : 0)
        // What is on the wire already may arrive all the same.
        if !flushing, random.isOne(in: 3) { cut(way) }
        let other = ends[1 - way]
        // Behind what still arrives.
        let time = max(ways[way].lastDue, ways[way].heldUntil, world.now)
        ways[way].isCut = true
        world.schedule(at: time + network.delay(0, &random)) {
            if !other.isClosed { other.lose(nil) }
        }
        let isLong = isSlowToDie || random.isOne(in: 2)
        let busy = random.milliseconds(isLong ? 300...3000 : 0...50)
        world.schedule(at: world.now + busy) { [self] in
            world.note("drained", number, way)
            end.drained()
            if ends.allSatisfy({ $0.isDrained }) { network.forget(self) }
        }
    }
}
