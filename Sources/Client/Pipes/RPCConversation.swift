internal import SMBMessages
internal import Wire

/// Puts the fragments of one answer together (C706 12.6.4.10), however the pipe cuts them.
struct RPCConversation {
    /// A list of shares is far smaller; a server that sends more is ill.
    static let answerByteCountMax = 16 << 20

    private var bytes: [UInt8] = []
    private var results: [UInt8] = []

    enum Progress: Equatable {
        case more
        case bound
        /// The results of the call, whole.
        case answered([UInt8])
        case refused
    }

    /// Takes what the pipe has brought.
    mutating func receive(_ part: [UInt8]) throws(WireError) -> Progress {
        bytes += part
        guard bytes.count + results.count <= Self.answerByteCountMax else {
            throw WireError(.invalidValue, at: results.count)
        }
        while bytes.count >= RPCHeader.size {
            let header = try withReader(over: bytes) { reader throws(WireError) in
                try RPCHeader(from: &reader)
            }
            let length = Int(header.fragmentLength)
            guard length <= bytes.count else { return .more }
            let fragment = Array(bytes[..<length])
            bytes.removeFirst(length)
            switch header.kind {
            case .bindAck: return try Self.isAccepted(fragment) ? .bound : .refused
            case .response:
                guard length >= RPCCall.headerSize else {
                    throw WireError(.truncated, at: length)
                }
                results += fragment[RPCCall.headerSize...]
                if header.flags.contains(.lastFragment) { return .answered(results) }
            default: return .refused
            }
        }
        return .more
    }

    private static func isAccepted(_ fragment: [UInt8]) throws(WireError) -> Bool {
        let acknowledgment = try withReader(over: fragment) { reader throws(WireError) in
            _ = try RPCHeader(from: &reader)
            return try RPCBindAck(from: &reader)
        }
        return acknowledgment.results.first?.result == RPCBindAck.Result.acceptance
    }
}
