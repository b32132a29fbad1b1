import FileStore
import SMBMessages
import Wire

extension InfoQuery {
    /// MS-SMB2 3.3.5.20.3, MS-FSA 2.1.5.14.
    func security(_ writer: inout WireWriter) throws -> Connection.Result {
        let file = try open.requireFile()
        let wanted = SecurityInformation(rawValue: message.additionalInformation)
        if !wanted.isDisjoint(with: [.systemACL]) { try open.require(.accessSystemSecurity) }
        if !wanted.isDisjoint(with: [.owner, .group, .discretionaryACL, .label]) {
            try open.require(.readControl)
        }
        let descriptor = try file.securityDescriptor().selecting(wanted)
        let size = descriptor.encodedSize
        guard limit >= size else {
            let required = UInt32(size)
            var bytes: [UInt8] = []
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: required >> shift))
            }
            let dialect = request.connection.negotiation?.dialect ?? .smb210
            ErrorResponse(data: bytes, dialect: dialect).encode(to: &writer)
            return .answeredWith(.bufferTooSmall)
        }
        OutputBufferResponse.encode(to: &writer) { descriptor.encode(to: &$0) }
        return .answered
    }
}
