/// What a simulation does; the same settings make the same run.
public struct SimulationSettings: Sendable {
    /// Something that is broken on purpose, to see that the simulation notices.
    public enum Sabotage: String, Hashable, Sendable, CaseIterable {
        /// Memory that a server may still reach is used again at once.
        case recyclesQuarantined
        /// The server never learns which requests are repetitions, nor of what they repeat.
        case forgetsSequence
        /// After the run, a piece of a file is as it was before its last write.
        case losesWrite
    }

    /// Which transports the client may use, and both ends have.
    public enum Network: Int, Hashable, Sendable, CaseIterable {
        /// TCP first, SMB Direct as soon as the server has told of it.
        case both
        /// SMB Direct alone.
        case rdma
        case tcp
    }

    public var seed: UInt64
    public var network: Network
    /// READ and WRITE wait for a disk.
    public var isDiskSlow: Bool
    /// What waits for the disk often waits longer than it takes to replace a connection, so that
    /// what was repeated on another one is done before.
    public var isDiskLate = false
    /// Faults, at times that the seed gives.
    public var faultCount = 40
    public var fileCount = 3
    /// Prints every event to standard error.
    public var isTraced = false
    public var sabotage: Sabotage?

    /// Half of the seeds have both transports, half of those and of the others a slow disk.
    public init(seed: UInt64) {
        self.seed = seed
        network = [.both, .rdma, .both, .tcp][Int(seed % 4)]
        isDiskSlow = seed / 4 % 2 == 1
    }
}

/// What came of a simulation.
public struct SimulationReport: Sendable {
    public var seed: UInt64
    /// Over everything that happened: equal for equal settings.
    public var hash: UInt64 = 0
    public var eventCount = 0
    public var virtualSeconds = 0.0
    public var faults = 0
    public var operations = 0
    /// Bytes that were written and are not there, places counted.
    public var lost = 0
    /// What was done twice.
    public var duplicated = 0
    /// Bytes of an earlier write, or accesses to memory that had been given back.
    public var stale = 0
    /// Failures that the program got to see, though the network was back in time.
    public var surfaced = 0
    /// Requests that the server had no room for.
    public var busy = 0
    /// Accesses to memory that came after its channel had been given up.
    public var late = 0
    public var tcpConnections = 0
    public var rdmaConnections = 0
    /// In words; empty when all is well.
    public var failures: [String] = []

    /// The command that runs it again.
    public var replay: String {
        "PENSTOCK_SIM_SEED=\(seed) PENSTOCK_SIM_FAULTS=\(faults) "
            + "swift test --filter SimulationTests"
    }
}

extension SimulationReport: CustomStringConvertible {
    public var description: String {
        let numbers: [(String, Int)] = [
            ("faults", faults), ("operations", operations), ("lost", lost),
            ("duplicated", duplicated), ("stale", stale), ("surfaced", surfaced), ("busy", busy),
            ("late", late), ("tcp", tcpConnections), ("rdma", rdmaConnections),
            ("events", eventCount), ("virtual-seconds", Int(virtualSeconds)),
        ]
        let text = numbers.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
        let heading = "seed \(seed): \(text), hash \(String(hash, radix: 16))"
        return ([heading] + failures.map { "  \($0)" }).joined(separator: "\n")
    }
}
