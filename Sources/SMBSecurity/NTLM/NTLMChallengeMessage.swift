public import Wire

/// MS-NLMP 2.2.1.2. The server's nonce and what it says about itself.
public struct NTLMChallengeMessage: Hashable, Sendable {
    public var flags: NTLMFlags
    /// In wire order, the first byte being the least significant.
    public var challenge: UInt64
    public var targetName: String
    public var targetInfo: AVPairs

    public init(
        flags: NTLMFlags,
        challenge: UInt64,
        targetName: String,
        targetInfo: AVPairs
    ) {
        self.flags = flags
        self.challenge = challenge
        self.targetName = targetName
        self.targetInfo = targetInfo
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try NTLMMessage.readPreamble(&reader, type: 2)
        let nameField = try NTLMField(from: &reader)
        flags = NTLMFlags(rawValue: try reader.read())
        challenge = try reader.read()
        _ = try reader.read(UInt64.self)  // Reserved
        let infoField = try NTLMField(from: &reader)
        targetName = flags.contains(.unicode) ? try nameField.text(in: reader) : ""
        guard flags.contains(.targetInfo), infoField.count > 0 else {
            targetInfo = AVPairs()
            return
        }
        var slice = try reader.slice(at: infoField.offset, count: infoField.count)
        targetInfo = try AVPairs(from: &slice)
    }

    public func encode(to writer: inout WireWriter) {
        writer.beginMessage()
        NTLMMessage.writePreamble(&writer, type: 2)
        let name = NTLMField.Mark(in: &writer)
        writer.write(flags.rawValue)
        writer.write(challenge)
        writer.write(UInt64.zero)  // Reserved
        let info = NTLMField.Mark(in: &writer)
        writer.write(bytes: NTLMMessage.version)
        name.fill(with: UTF16LittleEndian.bytes(of: targetName), in: &writer)
        var infoWriter = WireWriter()
        targetInfo.encode(to: &infoWriter)
        info.fill(with: infoWriter.finish(), in: &writer)
    }
}
