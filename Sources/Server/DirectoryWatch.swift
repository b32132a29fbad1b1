import FileStore
import SMBMessages
import SMBState
import Wire

/// What one open of a directory is told of: changes wait here until the client asks for them
/// (MS-FSA 2.1.5.11). Confined to its session's reactor.
final class DirectoryWatch {
    /// Requests that one open may have waiting.
    static let waitingMax = 128

    let identity: FileIdentity
    private var buffer: NotifyBuffer
    private var waiting: [Waiting] = []
    private(set) var ending: NTStatus?
    var id: WatchID?

    private struct Waiting {
        let request: Request
        let outputSize: Int
    }

    init(identity: FileIdentity, filter: CompletionFilter, bufferSize: Int) {
        self.identity = identity
        buffer = NotifyBuffer(filter: filter, outputBufferLength: bufferSize)
    }

    /// Whether a request can be answered at once.
    var isReady: Bool { buffer.isReady || ending != nil }

    // MARK: What happens in the directory

    func receive(_ change: DirectoryChange) {
        switch change {
        case .entry(let action, let path, let matches):
            guard !matches.isDisjoint(with: buffer.filter) else { return }
            if action == .modified, matches == .ofRenamedFile,
                !buffer.filter.isDisjoint(with: [.fileName, .directoryName])
            {
                return
            }
            buffer.append(FileNotifyInformation(action: action, fileName: path))
        case .overflow:
            buffer.overflow()
        case .removed:
            end(with: .deletePending)
        }
    }

    // MARK: Requests

    /// Answers a request from what has happened already.
    func answer(outputSize: Int, _ writer: inout WireWriter) throws(NTStatus) {
        if let ending { throw ending }
        guard case .changes(let told) = buffer.take(room: outputSize) else {
            throw .notifyEnumDir
        }
        ChangeNotifyResponse.encode(to: &writer) { FileNotifyInformation.encode(told, to: &$0) }
    }

    /// Keeps a request until something happens.
    func wait(_ request: Request, outputSize: Int) throws(NTStatus) {
        guard waiting.count < Self.waitingMax else { throw .insufficientResources }
        try request.suspend(.indefinite) { [self] request, status in
            waiting.removeAll { $0.request === request }
            // A session or tree that goes takes its opens with it, which is what is told.
            request.resume(failing: status == .cancelled ? status : .notifyCleanup)
        }
        waiting.append(Waiting(request: request, outputSize: outputSize))
    }

    /// Answers the oldest waiting request when there is something to tell.
    func deliver() {
        while isReady, !waiting.isEmpty {
            let next = waiting.removeFirst()
            next.request.resume { [self] writer throws in
                try answer(outputSize: next.outputSize, &writer)
                return .success
            }
        }
    }

    /// Nothing will be told any more: every request is answered with `status`.
    func end(with status: NTStatus) {
        if ending == nil { ending = status }
        deliver()
    }
}
