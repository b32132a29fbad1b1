import Client
import Glibc
import Synchronization

/// One pass over the files of all jobs in one direction.
struct BenchPassRun: Sendable {
    let settings: BenchSettings
    let share: String
    let direction: BenchDirection
    /// Marks the data: what an earlier turn wrote is not what this one expects.
    let turn: UInt64

    struct Outcome {
        var pass: BenchPass
        var latency: LatencyHistogram
    }

    func run(_ connections: [ServerConnection], _ paths: [RemotePath]) async throws -> Outcome {
        var files: [RemoteFile] = []
        for (connection, path) in zip(connections, paths) {
            let purpose: Share.Purpose = direction == .write ? .update : .read
            let share = try await connection.connected().share(share)
            files.append(try await share.open(path, for: purpose))
        }
        let workers = files.flatMap { file in
            let next = BenchCounter()
            return (0..<settings.depth).map { _ in
                BenchWorker(file: file, pass: self, next: next)
            }
        }
        let start = (time: Self.nanoseconds, processor: ProcessorTime.now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in workers { group.addTask { try await worker.work() } }
            try await group.waitForAll()
        }
        let end = (time: Self.nanoseconds, processor: ProcessorTime.now)
        for file in files { try await file.close() }
        var latency = LatencyHistogram()
        for worker in workers { latency.merge(worker.latency) }
        let machine = end.processor.machine.flatMap { end in
            start.processor.machine.map { end - $0 }
        }
        let pass = BenchPass(
            byteCount: UInt64(settings.passByteCount),
            seconds: Double(end.time - start.time) / 1e9,
            ownSeconds: end.processor.own - start.processor.own,
            machineSeconds: machine
        )
        return Outcome(pass: pass, latency: latency)
    }

    static var nanoseconds: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// Numbers of the blocks of one file, each given out once.
private final class BenchCounter: Sendable {
    private let next = Atomic<Int>(0)

    func take() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}

/// Does one request after the other; used by one task at a time.
@safe private final class BenchWorker: @unchecked Sendable {
    private let file: RemoteFile
    private let pass: BenchPassRun
    private let next: BenchCounter
    private var pattern: BenchPattern
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var latency = LatencyHistogram()

    init(file: RemoteFile, pass: BenchPassRun, next: BenchCounter) {
        self.file = file
        self.pass = pass
        self.next = next
        pattern = BenchPattern(blockByteCount: pass.settings.block)
        let isReading = pass.direction == .read
        unsafe memory = .allocate(
            byteCount: isReading ? pass.settings.block : 0,
            alignment: BenchPattern.pageByteCount
        )
    }

    deinit { unsafe memory.deallocate() }

    func work() async throws(ClientError) {
        while true {
            let number = next.take()
            guard number < pass.settings.blocksPerJob else { return }
            let offset = UInt64(number) * UInt64(pass.settings.block)
            switch pass.direction {
            case .write: try await write(at: offset)
            case .read: try await read(at: offset)
            }
        }
    }

    private func write(at offset: UInt64) async throws(ClientError) {
        pattern.mark(offset: offset, turn: pass.turn)
        let start = BenchPassRun.nanoseconds
        try await file.write(pattern.bytes, at: offset)
        latency.record(nanoseconds: BenchPassRun.nanoseconds - start)
    }

    private func read(at offset: UInt64) async throws(ClientError) {
        let range = offset..<offset + UInt64(pass.settings.block)
        let start = BenchPassRun.nanoseconds
        try await unsafe file.read(range, into: memory)
        latency.record(nanoseconds: BenchPassRun.nanoseconds - start)
        guard pass.settings.verifies else { return }
        pattern.mark(offset: offset, turn: pass.turn)
        guard unsafe pattern.matches(UnsafeRawBufferPointer(memory)) else {
            throw ClientError(
                .changed,
                action: "verify the block at byte \(offset)",
                reason: "what was read is not what was written"
            )
        }
    }
}
