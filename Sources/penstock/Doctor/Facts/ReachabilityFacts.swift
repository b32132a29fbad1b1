/// How far a server can be reached, by each way that this machine has.
struct ReachabilityFacts {
    enum Result: Hashable {
        /// What the server says of itself.
        case answered(String)
        case failed(String)
    }

    struct Attempt: Hashable {
        /// TCP or RDMA.
        var way: String
        /// "port 445"
        var place: String
        var result: Result
    }

    /// What the largest packet of this machine's interface does on the way there.
    struct Path: Hashable {
        var interface: String
        var mtu: Int
        var passesSmall: Bool
        var passesLarge: Bool
    }

    var host: String
    var attempts: [Attempt]
    /// Whether this machine has RDMA to try.
    var triesRDMA: Bool
    /// Nil where it cannot be tried.
    var path: Path?
}
