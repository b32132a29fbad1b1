internal import Reactor
internal import SMBMessages

/// The requests of one compound and who waits for all their answers.
///
/// Used on the reactor's thread alone, after it was made.
final class Exchange: ReplyHandler, @unchecked Sendable {
    struct Outcome: Sendable {
        var replies: [Reply]
        /// The message as it was sent, for the preauthentication hash; kept for handshakes only.
        var sent: [UInt8]
        /// The requests were sent more than once, because a channel died under them: the server
        /// may have carried them out before.
        var wasRepeated = false
    }

    typealias Completion = (Result<Outcome, ClientError>) -> Void

    let requests: [Request]
    let keepsSentBytes: Bool
    var sentBytes: [UInt8] = []
    /// Slots of the requests while they wait, for cancelling.
    var slots: [Int] = []
    /// Whom the requests were sent by.
    weak var link: Link?
    /// Sends the requests again when their link is lost.
    var home: Channels?
    private(set) var isDone = false
    private(set) var isStranded = false
    /// Set once the requests have been sent by a link that is lost.
    private(set) var isRepeated = false
    /// How often the server asked for the requests to be sent again.
    private(set) var refusalCount = 0
    private var replies: [Reply?]
    private var missing: Int
    private let completion: Completion

    init(
        _ requests: [Request],
        keepsSentBytes: Bool = false,
        completion: @escaping Completion
    ) {
        self.requests = requests
        self.keepsSentBytes = keepsSentBytes
        self.completion = completion
        replies = Array(repeating: nil, count: requests.count)
        missing = requests.count
    }

    /// Whether all of it may be done twice, or is marked so that the server does it once.
    var isRepeatable: Bool { requests.allSatisfy(\.isRepeatable) }

    /// Why an open that the requests need is gone.
    var lostOpen: ClientError? {
        for request in requests {
            if let failure = request.open?.failure { return failure }
        }
        return nil
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
        let reply = Reply(header: header, message: bytes)
        replies[token] = reply
        missing -= 1
        if missing == 0 { settle() }
        return false
    }

    private func settle() {
        let replies = replies.compactMap { $0 }
        // MS-SMB2 3.2.5.7, 3.2.5.14, 3.2.5.18: what was under way on the lost channel is not
        // finished at the server; the same again, a little later.
        if isRepeated, let home, replies.contains(where: { $0.status == .fileNotAvailable }) {
            refusalCount += 1
            clear()
            if home.sendLater(self) { return }
        }
        for (request, reply) in zip(requests, replies) { home?.note(request, reply) }
        finish(.success(Outcome(replies: replies, sent: sentBytes, wasRepeated: isRepeated)))
    }

    func failed(token: Int, error: ClientError) { handBack(error, wasSent: true) }

    /// The link is lost: the requests go to another one, or fail.
    func handBack(_ error: ClientError, wasSent: Bool) {
        guard !isDone, !isStranded else { return }
        guard let home, home.takesBack(self, wasSent: wasSent) else {
            let goesOn = home?.isOpen == true && error.kind == .network
            return fail(goesOn ? .interrupted : error)
        }
        isStranded = true
        isRepeated = isRepeated || wasSent
        clear()
    }

    /// Another link takes the requests.
    func setAfloat() { isStranded = false }

    private func clear() {
        slots.removeAll()
        link = nil
        replies = Array(repeating: nil, count: requests.count)
        missing = requests.count
    }

    func fail(_ error: ClientError) { finish(.failure(error)) }

    private func finish(_ result: Result<Outcome, ClientError>) {
        guard !isDone else { return }
        isDone = true
        home = nil
        completion(result)
    }
}
