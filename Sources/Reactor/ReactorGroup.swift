internal import CSystem
public import Descriptors
internal import Synchronization

/// One reactor per processor, and turns among them.
public final class ReactorGroup: Sendable {
    public let reactors: [Reactor]
    private let turn = Atomic<Int>(0)

    /// `count` nil makes one for each processor that is online.
    public init(
        count: Int? = nil,
        bufferByteCountMax: Int = BufferPool.defaultByteCountMax
    ) throws(Errno) {
        var made: [Reactor] = []
        for number in 0..<max(1, count ?? Int(csystem_processor_count())) {
            let name = "reactor-\(number)"
            made.append(try Reactor(name: name, bufferByteCountMax: bufferByteCountMax))
        }
        reactors = made
    }

    public func start() {
        for reactor in reactors { reactor.start() }
    }

    public func stop() {
        for reactor in reactors { reactor.stop() }
    }

    /// The next reactor, each in its turn. Callable from any thread.
    public func next() -> Reactor {
        let number = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return reactors[Int(UInt(bitPattern: number) % UInt(reactors.count))]
    }
}
