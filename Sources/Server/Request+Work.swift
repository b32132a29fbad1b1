import Reactor
import SMBMessages
import Wire

extension Request {
    /// Runs `job` where waiting for a disk stalls nobody, then answers with its outcome. In a
    /// compound, which is answered in one piece, it runs here and now.
    func work<Outcome: Sendable>(
        _ writer: inout WireWriter,
        _ job: @escaping @Sendable () -> Outcome,
        answer: @escaping (Outcome, inout WireWriter) throws -> NTStatus
    ) throws -> Connection.Result {
        if needsPayloadInline { return .answeredWith(try answer(job(), &writer)) }
        try suspend(.brief)
        let request = self
        let isTaken = connection.server.pool.submit(for: connection.reactor, job) { outcome in
            request.resume { writer throws in try answer(outcome, &writer) }
        }
        guard isTaken else {
            unsuspend()
            throw NTStatus.insufficientResources
        }
        return .waiting
    }
}
