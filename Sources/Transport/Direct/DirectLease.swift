internal import Synchronization

/// Counts across threads.
final class DirectCount: Sendable {
    private let number = Atomic<Int>(0)

    var count: Int { number.load(ordering: .relaxed) }
    func add(_ difference: Int) { number.wrappingAdd(difference, ordering: .relaxed) }
}

/// One place among those counted; given back when the last one who knows it lets go.
final class DirectLease: Sendable {
    private let counter: DirectCount

    init(_ counter: DirectCount) {
        self.counter = counter
        counter.add(1)
    }

    deinit { counter.add(-1) }
}
