internal import Synchronization

/// The requests that wait for an answer, of a mount whose programs shall not wait for ever.
final class RequestDeadlines: Sendable {
    private struct Entry {
        let request: FuseRequest
        let began: ContinuousClock.Instant
    }

    private let limit: Duration
    private let waiting = Mutex<[ObjectIdentifier: Entry]>([:])

    init(seconds: Int) { limit = .seconds(seconds) }

    func add(_ request: FuseRequest) {
        let entry = Entry(request: request, began: .now)
        waiting.withLock { $0[ObjectIdentifier(request)] = entry }
    }

    func remove(_ request: FuseRequest) {
        _ = waiting.withLock { $0.removeValue(forKey: ObjectIdentifier(request)) }
    }

    /// Ends what has waited for too long, once a second, for as long as the task is not cancelled.
    func watch() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            let now = ContinuousClock.now
            let late = waiting.withLock { waiting in
                waiting.values.filter { now - $0.began >= limit }.map(\.request)
            }
            for request in late { request.expire() }
        }
    }
}
