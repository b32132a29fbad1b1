import Reactor
import SMBMessages
import Synchronization
import Testing
import Wire

@testable import Client

/// Requests that are sent again on another channel while the server is not done with what the lost
/// one brought (MS-SMB2 3.2.5.12): how long the client goes on, by a clock of its own.
@Suite struct PatienceTests {
    private let world: PatientWorld

    init() throws { world = try PatientWorld() }

    /// Before the server hears of the end of a channel it may take half a minute.
    static let slowSeconds: UInt64 = 25
    static let endlessSeconds: UInt64 = 3600

    @Test(arguments: [1, 8])
    func writesWaitForASlowServer(depth: Int) throws {
        world.refusesUntil = world.clock.now + Self.slowSeconds * 1_000_000_000
        let written = world.write(blocks: depth * 2, depth: depth)
        world.killOne(after: depth)
        world.run { written.result != nil }
        #expect(throws: Never.self) { try written.result?.get() }
        #expect(world.clock.now >= world.refusesUntil)
        #expect(world.refusedCount > depth)
    }

    @Test(arguments: [1, 4])
    func writesDoNotWaitForEver(depth: Int) throws {
        world.refusesUntil = .max
        let start = world.clock.now
        let written = world.write(blocks: depth * 2, depth: depth)
        world.killOne(after: depth)
        world.run { written.result != nil }
        #expect(written.result?.failure?.status == NTStatus.fileNotAvailable.rawValue)
        #expect(world.clock.now - start < 2 * 60 * 1_000_000_000)
    }

    @Test func exchangesWaitForASlowServer() throws {
        world.refusesUntil = world.clock.now + Self.slowSeconds * 1_000_000_000
        let flushed = world.flush()
        world.killOne(after: 1)
        world.run { flushed.result != nil }
        #expect(flushed.status == .success)
        #expect(world.clock.now >= world.refusesUntil)
    }

    @Test func exchangesDoNotWaitForEver() throws {
        world.refusesUntil = .max
        let start = world.clock.now
        let flushed = world.flush()
        world.killOne(after: 1)
        world.run { flushed.result != nil }
        #expect(flushed.status == .fileNotAvailable)
        #expect(world.clock.now - start < 2 * 60 * 1_000_000_000)
    }
}

/// Two channels to a script, one of which is lost, and a clock that goes from timer to timer.
private final class PatientWorld: @unchecked Sendable {
    /// What became of something.
    final class Ending: @unchecked Sendable {
        var result: Result<Void, ClientError>?
        var status: NTStatus?
    }

    private static let blockByteCount = 4096

    let clock = SimulatedClock()
    let reactor: Reactor
    private let channels: Channels
    private let links: [Link]
    private let open = OpenFile(
        route: Route(TreeConnection(name: "data", identifier: 3)),
        fileID: FileID(persistent: 1, volatile: 2)
    )
    private let script: PatientScript

    var refusesUntil: UInt64 {
        get { script.refusesUntil }
        set { script.refusesUntil = newValue }
    }
    var refusedCount: Int { script.refusedCount }

    init() throws {
        let reactor = try Reactor(name: "patience", clock: clock)
        self.reactor = reactor
        let script = PatientScript(clock)
        self.script = script
        links = [0, 1].map { number in
            let transport = ScriptedTransport(reactor: reactor) { transport, sent in
                script.answer(transport, sent, isFirst: number == 0)
            }
            let link = Link(reactor: reactor, transport: transport, timeoutSeconds: 3600)
            link.sessionID = 7
            link.credits.supportsMultiCredit = true
            link.credits.grant(64)
            return link
        }
        channels = Channels(script: links[0])
    }

    deinit { reactor.abandon() }

    func write(blocks: Int, depth: Int) -> Ending {
        let ending = Ending()
        let byteCount = blocks * Self.blockByteCount
        let target = BulkTarget(
            open: open,
            range: 0..<UInt64(byteCount),
            block: Self.blockByteCount,
            depth: depth
        )
        let source = BytesSource([UInt8](repeating: 5, count: byteCount), from: 0)
        WriteStream(channels: channels, target: target, source: source, progress: nil)
            .start { ending.result = $0 }
        return ending
    }

    func flush() -> Ending {
        let ending = Ending()
        let request = Request(.flush, on: open) { fileID, writer in
            FlushRequest(fileID: fileID).encode(to: &writer)
        }
        let exchange = Exchange([request]) { result in
            ending.status = (try? result.get())?.replies.first?.status
            ending.result = result.map { _ in }
        }
        exchange.home = channels
        channels.begin(exchange)
        return ending
    }

    /// Ends the first channel when so many requests are under way on it.
    func killOne(after count: Int) {
        run { [links] in links[0].requests.count == count }
        channels.add(links[1], way: 0)
        links[0].fail(.lost)
    }

    /// Goes on until `condition` holds, or until nothing would ever happen again.
    func run(until condition: () -> Bool) {
        while !condition() {
            if reactor.step() { continue }
            guard let next = reactor.nextDeadline,
                next < PatienceTests.endlessSeconds * 1_000_000_000
            else {
                Issue.record("it never happens")
                return
            }
            clock.advance(to: max(clock.now, next))
        }
    }
}

/// A server that answers nothing on the first channel, and on the second is not done for a while.
private final class PatientScript {
    private let clock: SimulatedClock
    var refusesUntil: UInt64 = 0
    private(set) var refusedCount = 0

    init(_ clock: SimulatedClock) { self.clock = clock }

    func answer(_ transport: ScriptedTransport, _ sent: ScriptedTransport.Sent, isFirst: Bool) {
        guard !isFirst else { return }
        if clock.now < refusesUntil, sent.header.flags.contains(.replay) {
            refusedCount += 1
            return transport.deliver(
                ScriptedTransport.answer(sent, status: .fileNotAvailable)
            )
        }
        transport.deliver(
            ScriptedTransport.answer(sent) { writer in
                switch sent.header.command {
                case .write: WriteResponse(count: 4096).encode(to: &writer)
                default: FlushResponse().encode(to: &writer)
                }
            }
        )
    }
}
