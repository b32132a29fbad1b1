internal import Synchronization

/// How many objects of the two libraries this process holds: devices, domains, regions, queues,
/// identifiers, channels. A test that ends with more than it began with has found a leak.
public enum LiveObjects {
    private static let number = Atomic<Int>(0)

    public static var count: Int { number.load(ordering: .relaxed) }

    static func add(_ difference: Int) {
        number.wrappingAdd(difference, ordering: .relaxed)
    }
}
