import Client
import Synchronization

/// What could not be copied while the rest went on.
final class Failures: Sendable {
    private let all = Mutex<[ClientError]>([])
    private let reporter: ProgressReporter

    init(_ reporter: ProgressReporter) { self.reporter = reporter }

    func add(_ error: ClientError) {
        reporter.report("\(error)")
        all.withLock { $0.append(error) }
    }

    func add(_ problems: [TransferPlan.Problem]) {
        for problem in problems {
            reporter.report("\(problem)")
            all.withLock { $0.append(ClientError(.other, reason: "\(problem)")) }
        }
    }

    /// Ends the command when anything failed: with the status of its own when everything did.
    func check(fileCount: Int) throws(CommandFailure) {
        let errors = all.withLock { $0 }
        guard let first = errors.first else { return }
        let status: ExitStatus =
            errors.count >= fileCount && errors.allSatisfy { $0.kind == first.kind }
            ? ExitStatus(first.kind) : .partial
        let noun = errors.count == 1 ? "1 item was" : "\(errors.count) items were"
        throw CommandFailure(status, "\(noun) not copied")
    }
}
