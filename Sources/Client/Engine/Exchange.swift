internal import Reactor
internal import SMBMessages

/// The requests of one compound and the `async` caller who waits for all their answers.
///
/// Used on the reactor's thread alone, after it was made.
final class Exchange: ReplyHandler, @unchecked Sendable {
    struct Outcome: Sendable {
        var replies: [Reply]
        /// The message as it was sent, for the preauthentication hash; kept for handshakes only.
        var sent: [UInt8]
    }

    let requests: [Request]
    let keepsSentBytes: Bool
    var sentBytes: [UInt8] = []
    /// Slots of the requests while they wait, for cancelling.
    var slots: [Int] = []
    private(set) var isDone = false
    private var replies: [Reply?]
    private var missing: Int
    private let continuation: CheckedContinuation<Result<Outcome, ClientError>, Never>

    init(
        _ requests: [Request],
        keepsSentBytes: Bool,
        continuation: CheckedContinuation<Result<Outcome, ClientError>, Never>
    ) {
        self.requests = requests
        self.keepsSentBytes = keepsSentBytes
        self.continuation = continuation
        replies = Array(repeating: nil, count: requests.count)
        missing = requests.count
    }

    func completed(
        token: Int,
        header: Header,
        buffer: IOBuffer,
        range: Range<Int>,
        mayKeep: Bool
    ) -> Bool {
        guard !isDone, replies[token] == nil else { return false }
        let message = buffer.bytes.extracting(range)
        let bytes = unsafe message.withUnsafeBytes { unsafe [UInt8]($0) }
        replies[token] = Reply(header: header, message: bytes)
        missing -= 1
        if missing == 0 {
            finish(.success(Outcome(replies: replies.compactMap { $0 }, sent: sentBytes)))
        }
        return false
    }

    func failed(token: Int, error: ClientError) { fail(error) }

    func fail(_ error: ClientError) { finish(.failure(error)) }

    private func finish(_ result: Result<Outcome, ClientError>) {
        guard !isDone else { return }
        isDone = true
        continuation.resume(returning: result)
    }
}
