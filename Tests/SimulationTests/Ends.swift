import Glibc
import Reactor
import SMBDirect
import Simulation
import Synchronization
import Transport

/// Two ends of a simulated channel, each on a thread of its own.
final class Ends: Sendable {
    struct Shown: Sendable {
        let buffer: IOBuffer
        let descriptor: BufferDescriptor
    }

    let left = Heard()
    let right = Heard()
    private let reactors: (Reactor, Reactor)
    private let transports: (SimulatedTransport, SimulatedTransport)

    init() throws {
        reactors = (
            try Reactor(name: "left", spinNanoseconds: 0),
            try Reactor(name: "right", spinNanoseconds: 0)
        )
        transports = SimulatedTransport.pair(reactors.0, reactors.1)
        reactors.0.start()
        reactors.1.start()
        onLeft { [left] in $0.receiver = left }
        onRight { [right] in $0.receiver = right }
    }

    func stop() {
        reactors.0.stop()
        reactors.1.stop()
    }

    func onLeft(_ body: @escaping @Sendable (SimulatedTransport) -> Void) {
        wait(reactors.0) { [transports] in body(transports.0) }
    }

    func onRight(_ body: @escaping @Sendable (SimulatedTransport) -> Void) {
        wait(reactors.1) { [transports] in body(transports.1) }
    }

    /// Memory of the left end that the right end may reach.
    func expose(count: Int, access: RemoteAccess, byte: UInt8 = 0) -> Shown {
        let made = Mutex<Shown?>(nil)
        onLeft { [transports] left in
            guard let buffer = transports.0.takeBuffer(capacity: count) else { return }
            unsafe buffer.assign([UInt8](repeating: byte, count: count).span.bytes)
            let shown = left.expose(buffer, offset: 0, count: count, access: access)
            if let shown { made.withLock { $0 = Shown(buffer: buffer, descriptor: shown) } }
        }
        guard let shown = made.withLock({ $0 }) else { preconditionFailure("no memory") }
        return shown
    }

    func bytes(of buffer: IOBuffer, count: Int) -> [UInt8] {
        unsafe [UInt8](UnsafeRawBufferPointer(start: buffer.base, count: count))
    }

    var staleAccessCount: Int {
        let count = Atomic<Int>(0)
        onLeft { count.store($0.staleAccessCount, ordering: .relaxed) }
        return count.load(ordering: .relaxed)
    }

    private func wait(_ reactor: Reactor, _ body: @escaping @Sendable () -> Void) {
        let done = Done()
        reactor.post {
            body()
            done.settle()
        }
        done.wait()
    }
}

/// Something that one thread waits for.
private final class Done: Sendable {
    private let isSettled = Atomic<Bool>(false)

    func settle() { isSettled.store(true, ordering: .releasing) }

    func wait() {
        while !isSettled.load(ordering: .acquiring) { usleep(50) }
    }
}

/// What one end was told.
final class Heard: TransportReceiver, Sendable {
    struct Seen {
        var messages: [[UInt8]] = []
        var endCount = 0
        var error: TransportError?
    }

    private let seen = Mutex(Seen())

    var messages: [[UInt8]] { seen.withLock { $0.messages } }
    var error: TransportError? { seen.withLock { $0.error } }

    /// Whether `condition` holds within minutes.
    func wait(_ condition: (Seen) -> Bool) -> Bool {
        for _ in 0..<3_000_000 {
            if seen.withLock({ condition($0) }) { return true }
            usleep(100)
        }
        return false
    }

    func transport(_ transport: any Transport, received message: IOBuffer) {
        let bytes = unsafe message.bytes.withUnsafeBytes { unsafe [UInt8]($0) }
        message.recycle()
        seen.withLock { $0.messages.append(bytes) }
    }

    func transport(_ transport: any Transport, closed error: TransportError?) {
        seen.withLock {
            $0.endCount += 1
            $0.error = error
        }
    }
}

/// Remembers the token and the first byte that a fetch brought.
final class Fetcher: TransportFetcher, Sendable {
    let buffer = Mutex<IOBuffer?>(nil)
    let outcome = Mutex<[Int]?>(nil)

    func fetched(token: Int, error: TransportError?) {
        let byte = buffer.withLock { $0.map { unsafe $0.base.load(as: UInt8.self) } }
        outcome.withLock { $0 = error == nil ? [token, byte.map { Int($0) } ?? -1] : [] }
    }
}
