/// MS-ERREF 2.3: what came of a request, as the peer says it.
///
/// An open type: codes that have no name here are kept as they are. The named ones are those that
/// SMB servers send and clients act on.
public struct NTStatus: RawRepresentable, Hashable, Error, Sendable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public enum Severity: UInt32, Sendable {
        case success
        case informational
        case warning
        case error
    }

    /// The two high bits of the code.
    public var severity: Severity {
        switch rawValue >> 30 {
        case 0: .success
        case 1: .informational
        case 2: .warning
        default: .error
        }
    }

    /// Whether the response carries an ERROR body unless its command says otherwise.
    public var isError: Bool { severity == .error }
}

extension NTStatus: CustomStringConvertible {
    /// The name in MS-ERREF, or the number where this module knows none.
    public var description: String {
        var low = 0
        var high = Self.names.count
        while low < high {
            let middle = (low + high) / 2
            if Self.names[middle].status.rawValue < rawValue {
                low = middle + 1
            } else {
                high = middle
            }
        }
        if low < Self.names.count, Self.names[low].status == self {
            return "\(Self.names[low].name)"
        }
        let digits = String(rawValue, radix: 16, uppercase: true)
        return "NTSTATUS 0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }
}
