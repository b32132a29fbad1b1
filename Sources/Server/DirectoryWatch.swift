import FileStore
import SMBMessages
import Wire

/// What one open of a directory is told of: changes wait here until the client asks for them
/// (MS-FSA 2.1.5.11). Confined to its session's reactor.
final class DirectoryWatch {
    /// Requests that one open may have waiting.
    static let waitingMax = 128
    /// Bytes of changes that wait; Windows' server keeps no more either.
    static let bufferSizeMax = 1 << 16

    let identity: FileIdentity
    private let filter: CompletionFilter
    private let isRecursive: Bool
    /// Fixed by the first request: what does not fit is lost and said to be.
    private let bufferSize: Int
    private var changes: [FileNotifyInformation] = []
    private var size = 0
    private var hasOverflowed = false
    private var waiting: [Waiting] = []
    private(set) var ending: NTStatus?
    var id: WatchID?

    private struct Waiting {
        let request: Request
        let outputSize: Int
    }

    init(identity: FileIdentity, filter: CompletionFilter, isRecursive: Bool, bufferSize: Int) {
        self.identity = identity
        self.filter = filter
        self.isRecursive = isRecursive
        self.bufferSize = min(bufferSize, Self.bufferSizeMax)
    }

    /// Whether a request can be answered at once.
    var isReady: Bool { !changes.isEmpty || hasOverflowed || ending != nil }

    // MARK: What happens in the directory

    func receive(_ change: DirectoryChange) {
        switch change {
        case .entry(let action, let path, let matches):
            guard !matches.isDisjoint(with: filter) else { return }
            if action == .modified, matches == .ofRenamedFile,
                !filter.isDisjoint(with: [.fileName, .directoryName])
            {
                return
            }
            append(FileNotifyInformation(action: action, fileName: path))
        case .overflow:
            overflow()
        case .removed:
            end(with: .deletePending)
        }
    }

    private func append(_ change: FileNotifyInformation) {
        guard !hasOverflowed else { return }
        // A file that is written again and again has changed once.
        if change.action == .modified, changes.last == change { return }
        let grown = (size + 3) & ~3 + change.encodedSize
        guard grown <= bufferSize else { return overflow() }
        size = grown
        changes.append(change)
    }

    private func overflow() {
        changes.removeAll()
        size = 0
        hasOverflowed = true
    }

    // MARK: Requests

    /// Answers a request from what has happened already.
    func answer(outputSize: Int, _ writer: inout WireWriter) throws(NTStatus) {
        if let ending { throw ending }
        guard !hasOverflowed, size <= outputSize else {
            changes.removeAll()
            size = 0
            hasOverflowed = false
            throw .notifyEnumDir
        }
        let told = changes
        changes.removeAll()
        size = 0
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
