internal import Client
internal import Glibc

/// Our server and our client under seeded faults.
public enum Simulation {
    /// Virtual time allowed for each fault, and for the rest.
    private static let nanosecondsPerFault: UInt64 = 40_000_000_000
    private static let nanosecondsBesides: UInt64 = 600_000_000_000

    /// Runs on the calling thread until the end.
    public static func run(_ settings: SimulationSettings) throws -> SimulationReport {
        let scene = try SimulationScene(settings)
        defer { removeFolder(scene.folder) }
        let workers = try (0..<settings.fileCount).map {
            try FileWorker(number: $0, scene: scene)
        }
        let injector = FaultInjector(
            world: scene.world,
            network: scene.network,
            files: scene.serverFiles,
            count: settings.faultCount,
            progress: { scene.counts.operations },
            finished: { scene.isOver = true }
        )
        var isDone = false
        let finished = Finish { isDone = true }
        Task(executorPreference: scene.world.executor) {
            await withTaskGroup(of: Void.self) { group in
                for worker in workers { group.addTask { await worker.work() } }
            }
            await scene.close()
            finished.call()
        }
        scene.begun = { injector.start() }
        let deadline =
            nanosecondsBesides + nanosecondsPerFault * UInt64(settings.faultCount)
        let isInTime = scene.world.run(until: { isDone }, deadline: deadline)
        if !isInTime { scene.fail("the programs did not come to an end") }
        let virtualSeconds = Double(scene.world.now) / 1e9
        let log = scene.world.log
        if settings.sabotage == .losesWrite { spoil(workers, in: scene.folder) }
        scene.end(workers)
        var report = SimulationReport(seed: settings.seed)
        report.hash = log.hash
        report.eventCount = log.count
        report.virtualSeconds = virtualSeconds
        report.faults = injector.count
        report.take(scene.counts, scene.network.counts)
        report.failures = scene.failures
        let stale = scene.network.counts.stale
        if stale > 0 {
            report.failures.append("\(stale) accesses to memory that had been given back")
        }
        return report
    }

    /// Puts zeros where the last write of a file was.
    private static func spoil(_ workers: [FileWorker], in folder: String) {
        for worker in workers where worker.shadow.count > 64 {
            let descriptor = unsafe open("\(folder)/\(worker.path)", O_WRONLY)
            let zeros = [UInt8](repeating: 0xFF, count: 16)
            _ = unsafe pwrite(descriptor, zeros, zeros.count, 32)
            close(descriptor)
        }
    }

    private static func removeFolder(_ path: String) {
        guard let folder = unsafe opendir(path) else { return }
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { unsafe unlink("\(path)/\(name)") }
        }
        unsafe closedir(folder)
        unsafe rmdir(path)
    }
}

/// A call that a task makes on the simulation's thread.
private final class Finish: @unchecked Sendable {
    let call: () -> Void

    init(_ call: @escaping () -> Void) { self.call = call }
}

extension SimulationReport {
    mutating func take(_ counts: SimulationScene.Counts, _ network: SimulatedNetwork.Counts) {
        operations = counts.operations
        lost = counts.lost
        duplicated = counts.duplicated
        stale = counts.stale + network.stale
        surfaced = counts.surfaced
        busy = counts.busy
        late = network.late
        tcpConnections = network.connections[.tcp, default: 0]
        rdmaConnections = network.connections[.rdma, default: 0]
    }
}
