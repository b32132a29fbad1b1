public import Wire

/// MS-NLMP 2.2.1.1. Opens the exchange; the names that it may carry have no use.
public struct NTLMNegotiateMessage: Hashable, Sendable {
    public var flags: NTLMFlags

    public init(flags: NTLMFlags) { self.flags = flags }

    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        try NTLMMessage.readPreamble(&reader, type: 1)
        flags = NTLMFlags(rawValue: try reader.read())
    }

    public func encode(to writer: inout WireWriter) {
        writer.beginMessage()
        NTLMMessage.writePreamble(&writer, type: 1)
        writer.write(flags.rawValue)
        let domain = NTLMField.Mark(in: &writer)
        let workstation = NTLMField.Mark(in: &writer)
        writer.write(bytes: NTLMMessage.version)
        domain.fill(with: [], in: &writer)
        workstation.fill(with: [], in: &writer)
    }
}
