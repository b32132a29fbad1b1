import SMBMessages

/// Share modes, oplocks, leases, byte-range locks and pending deletions of every file that is open.
///
/// The one thing that connections on different threads share, so it stands behind one lock of the
/// server. Every operation returns what is to be done for others; the caller does it after it let
/// go of the lock. Requests that have to wait are tried again, whole, when they are woken.
public struct FileTable: Sendable {
    struct Location: Hashable, Sendable {
        var file: FileKey
        var stream: String?
    }

    /// Opens of the whole server; more are refused with STATUS_INSUFFICIENT_RESOURCES.
    public static let opensMaxDefault = 1 << 20

    /// Whether leases are granted; without, a client that asks for one gets no caching.
    public let allowsLeases: Bool
    public let opensMax: Int
    var files: [FileKey: FileRecord] = [:]
    var opens: [OpenID: Location] = [:]
    /// A lease key names one file of its client (MS-SMB2 3.3.5.9.8).
    var leases: [LeaseID: Location] = [:]
    /// Where the files of opens are, as far as that was told.
    var paths: [OpenID: String] = [:]
    /// Numbers the breaks.
    var serial: UInt64 = 0

    public init(allowsLeases: Bool = true, opensMax: Int = Self.opensMaxDefault) {
        self.allowsLeases = allowsLeases
        self.opensMax = opensMax
    }

    public var openCount: Int { opens.count }
    public var fileCount: Int { files.count }

    /// Checks an open of a file that is there and registers it when it is let in. Call it before
    /// the store opens the file, and `close` when the store fails.
    public mutating func open(
        _ file: FileKey,
        _ request: FileOpenRequest,
        waiter: WaiterID
    ) -> FileOpenVerdict {
        precondition(opens[request.open] == nil, "an open is registered once")
        guard opens.count < opensMax else { return .refused(.insufficientResources, breaks: []) }
        let location = Location(file: file, stream: request.stream)
        if allowsLeases, let lease = request.leaseID, let known = leases[lease], known != location {
            return .refused(.invalidParameter, breaks: [])
        }
        let verdict = admit(location, request, waiter: waiter)
        if case .granted = verdict {
            opens[request.open] = location
            if allowsLeases, !request.isDirectory, let lease = request.leaseID {
                leases[lease] = location
            }
        }
        forgetIfUnused(file)
        return verdict
    }

    private mutating func admit(
        _ location: Location,
        _ request: FileOpenRequest,
        waiter: WaiterID
    ) -> FileOpenVerdict {
        var record = files.removeValue(forKey: location.file) ?? FileRecord()
        defer { files[location.file] = record }
        if record.isDeletePending { return .refused(.deletePending, breaks: []) }
        if location.stream == nil, record.forbidsDeletion(request.access) {
            return .refused(.sharingViolation, breaks: [])
        }
        let index = record.makeIndex(of: location.stream)
        let verdict = record.streams[index].admit(
            request,
            waiter: waiter,
            allowsLeases: allowsLeases,
            serial: &serial
        )
        record.streams[index].updateGate()
        return verdict
    }

    /// Whether a lease is on a file already: a new file cannot have it (MS-SMB2 3.3.5.9.8).
    public func knowsLease(_ lease: LeaseID) -> Bool { leases[lease] != nil }

    /// What the data path of an open watches.
    public func gate(of open: OpenID) -> DataGate? {
        guard let location = opens[open], let record = files[location.file],
            let index = record.index(of: location.stream)
        else { return nil }
        return record.streams[index].gate
    }

    /// Opens of a file, all its streams together.
    public func openCount(of file: FileKey) -> Int { files[file]?.openCount ?? 0 }

    /// Runs `body` on the record of an open's stream, in place.
    mutating func withStream<T>(
        of open: OpenID,
        _ body: (inout StreamRecord, inout UInt64) -> T
    ) -> T? {
        guard let location = opens[open] else { return nil }
        return withStream(at: location, body)
    }

    mutating func withStream<T>(
        at location: Location,
        _ body: (inout StreamRecord, inout UInt64) -> T
    ) -> T? {
        guard let slot = files.index(forKey: location.file),
            let index = files.values[slot].index(of: location.stream)
        else { return nil }
        let result = body(&files.values[slot].streams[index], &serial)
        files.values[slot].streams[index].updateGate()
        return result
    }

    mutating func forgetIfUnused(_ file: FileKey) {
        if files[file]?.isUnused == true { files[file] = nil }
    }
}
