public import Wire

/// MS-NLMP 2.2.1.3. The client's name and proof.
public struct NTLMAuthenticateMessage: Hashable, Sendable {
    /// Bytes before the payload: up to the MIC, and with it.
    static let micOffset = 72
    static let fixedSize = 88

    public var lmResponse: [UInt8]
    public var ntResponse: [UInt8]
    public var domain: String
    public var user: String
    public var workstation: String
    public var encryptedSessionKey: [UInt8]
    public var flags: NTLMFlags

    public init(
        lmResponse: [UInt8],
        ntResponse: [UInt8],
        domain: String,
        user: String,
        workstation: String,
        encryptedSessionKey: [UInt8],
        flags: NTLMFlags
    ) {
        self.lmResponse = lmResponse
        self.ntResponse = ntResponse
        self.domain = domain
        self.user = user
        self.workstation = workstation
        self.encryptedSessionKey = encryptedSessionKey
        self.flags = flags
    }

    /// Names must be in Unicode. Version and MIC are not read: some clients send neither, and
    /// whether a MIC is there is known from the response only (`NTLMv2Response.hasMIC`).
    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try NTLMMessage.readPreamble(&reader, type: 3)
        let lmField = try NTLMField(from: &reader)
        let ntField = try NTLMField(from: &reader)
        let domainField = try NTLMField(from: &reader)
        let userField = try NTLMField(from: &reader)
        let workstationField = try NTLMField(from: &reader)
        let keyField = try NTLMField(from: &reader)
        flags = NTLMFlags(rawValue: try reader.read())
        guard flags.contains(.unicode) else {
            throw WireError(.invalidValue, at: reader.offset - 4)
        }
        lmResponse = try lmField.bytes(in: reader)
        ntResponse = try ntField.bytes(in: reader)
        domain = try domainField.text(in: reader)
        user = try userField.text(in: reader)
        workstation = try workstationField.text(in: reader)
        encryptedSessionKey = try keyField.bytes(in: reader)
    }

    /// Writes the message with room for a MIC, which is zero.
    public func encode(to writer: inout WireWriter) {
        writer.beginMessage()
        NTLMMessage.writePreamble(&writer, type: 3)
        let lmMark = NTLMField.Mark(in: &writer)
        let ntMark = NTLMField.Mark(in: &writer)
        let domainMark = NTLMField.Mark(in: &writer)
        let userMark = NTLMField.Mark(in: &writer)
        let workstationMark = NTLMField.Mark(in: &writer)
        let keyMark = NTLMField.Mark(in: &writer)
        writer.write(flags.rawValue)
        writer.write(bytes: NTLMMessage.version)
        writer.write(zeros: 16)  // MIC
        domainMark.fill(with: UTF16LittleEndian.bytes(of: domain), in: &writer)
        userMark.fill(with: UTF16LittleEndian.bytes(of: user), in: &writer)
        workstationMark.fill(with: UTF16LittleEndian.bytes(of: workstation), in: &writer)
        lmMark.fill(with: lmResponse, in: &writer)
        ntMark.fill(with: ntResponse, in: &writer)
        keyMark.fill(with: encryptedSessionKey, in: &writer)
    }
}
