/// The four bytes in front of every message: MS-SMB2 2.1, and the session service of RFC 1002
/// 4.3.1 it grew out of.
enum TCPFrame: Equatable {
    static let byteCount = 4
    /// The largest count that 24 bits hold.
    static let messageByteCountMax = 0xFF_FFFF

    /// A message of so many bytes follows.
    case message(byteCount: Int)
    /// RFC 1002 4.3.2: clients of port 139 name the ends first. So many bytes of names follow.
    case sessionRequest(byteCount: Int)
    /// RFC 1002 4.3.7: to be ignored.
    case keepAlive
    case invalid(firstByte: UInt8)

    /// RFC 1002 4.3.3, the answer to a session request: welcome.
    static let positiveSessionResponse: UInt32 = 0x8200_0000

    /// `word` is the four bytes in network order.
    init(word: UInt32) {
        let byteCount = Int(word & 0xFF_FFFF)
        switch UInt8(word >> 24) {
        case 0x00: self = .message(byteCount: byteCount)
        case 0x81 where byteCount <= 0x1_FFFF: self = .sessionRequest(byteCount: byteCount)
        case 0x85 where byteCount == 0: self = .keepAlive
        case let first: self = .invalid(firstByte: first)
        }
    }
}
