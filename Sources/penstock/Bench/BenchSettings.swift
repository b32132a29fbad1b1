import ArgumentParser
import Client

/// A transport to measure.
enum BenchTransport: String, CaseIterable, Sendable {
    case tcp, rdma

    /// What `--transport` asks for: each alone.
    static func list(_ choice: TransportChoice) -> [BenchTransport] {
        switch choice {
        case .auto: [.tcp, .rdma]
        case .tcp: [.tcp]
        case .rdma: [.rdma]
        }
    }
}

/// What to read and write, and how often.
struct BenchSettings: Equatable, Sendable {
    static let blockByteCountMax = 8 << 20

    var byteCount: Int
    var block: Int
    /// Requests in flight for one file.
    var depth: Int
    /// Files at the same time, each over a session of its own.
    var jobs: Int
    var rounds: Int
    var verifies: Bool

    /// Blocks of one file.
    var blocksPerJob: Int { byteCount / jobs / block }
    /// What one pass moves: whole blocks, the same number for each job.
    var passByteCount: Int { blocksPerJob * block * jobs }
}

/// Which way the data goes.
enum BenchDirection: String, CaseIterable, Sendable {
    case write, read
}
