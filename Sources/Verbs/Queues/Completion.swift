internal import CVerbs

/// A work request that is finished.
public struct Completion {
    /// What the request was posted with.
    public let id: UInt64
    public let status: CompletionStatus
    /// Bytes of a received message. Nothing but `id` and `status` means anything after a failure.
    public let byteCount: Int
    /// The key of this end that a received message has made invalid.
    public let invalidatedKey: UInt32?

    init(_ entry: ibv_wc) {
        id = entry.wr_id
        status = CompletionStatus(rawValue: entry.status.rawValue)
        byteCount = Int(entry.byte_len)
        let flag = UInt32(IBV_WC_WITH_INV.rawValue)
        invalidatedKey = entry.wc_flags & flag != 0 ? entry.invalidated_rkey : nil
    }
}

/// How a work request ended. The set is open.
public struct CompletionStatus: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let success = CompletionStatus(rawValue: IBV_WC_SUCCESS.rawValue)
    /// The queue pair had failed before.
    public static let flushed = CompletionStatus(rawValue: IBV_WC_WR_FLUSH_ERR.rawValue)
    public static let retriesExceeded = CompletionStatus(rawValue: IBV_WC_RETRY_EXC_ERR.rawValue)
    public static let remoteAccess = CompletionStatus(rawValue: IBV_WC_REM_ACCESS_ERR.rawValue)
}

extension CompletionStatus: CustomStringConvertible {
    public var description: String {
        guard let text = unsafe ibv_wc_status_str(ibv_wc_status(rawValue: rawValue)) else {
            return "status \(rawValue)"
        }
        return unsafe String(cString: text)
    }
}
