public import SMBMessages
import Wire

/// What a CREATE request says about outliving its connection: at most one of the four contexts
/// counts (MS-SMB2 3.3.5.9.6, 3.3.5.9.7, 3.3.5.9.10, 3.3.5.9.12).
public enum DurableIntent: Hashable, Sendable {
    case none
    /// Asks for durability; the second version also names the CREATE, for repetitions of it.
    case request
    case requestV2(DurableV2Request)
    /// Takes up an open that lost its session.
    case reconnect(FileID)
    case reconnectV2(DurableV2ReconnectRequest)

    /// STATUS_INVALID_PARAMETER for contexts that exclude each other, or are of another size.
    public init(_ contexts: [CreateContext], dialect: Dialect) throws(NTStatus) {
        let request = contexts.data(of: .durableRequest)
        let reconnect = contexts.data(of: .durableReconnect)
        // Older dialects do not know the second version, and leave it alone.
        let is3x = dialect >= .smb300
        let requestV2 = is3x ? contexts.data(of: .durableRequestV2) : nil
        let reconnectV2 = is3x ? contexts.data(of: .durableReconnectV2) : nil
        let isMixed =
            requestV2 != nil && reconnectV2 != nil
            || (requestV2 != nil || reconnectV2 != nil) && (request != nil || reconnect != nil)
        guard !isMixed, Self.has(request, 16), Self.has(reconnect, 16),
            Self.has(requestV2, 32), Self.has(reconnectV2, 36)
        else { throw .invalidParameter }
        do {
            if let reconnectV2 {
                self = .reconnectV2(try DurableV2ReconnectRequest(data: reconnectV2))
            } else if let requestV2 {
                self = .requestV2(try DurableV2Request(data: requestV2))
            } else if let reconnect {
                // A request beside it is ignored.
                self = .reconnect(try DurableReconnectRequest(data: reconnect).fileID)
            } else {
                self = request != nil ? .request : .none
            }
        } catch {
            throw .invalidParameter
        }
    }

    private static func has(_ data: [UInt8]?, _ size: Int) -> Bool {
        data == nil || data?.count == size
    }

    public var isReconnect: Bool {
        switch self {
        case .reconnect, .reconnectV2: true
        default: false
        }
    }
}
