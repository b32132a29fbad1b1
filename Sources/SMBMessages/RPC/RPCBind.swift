public import Wire

/// Offers interfaces and encodings (C706 12.6.4.3); ALTER_CONTEXT has the same body.
public struct RPCBind: Hashable, Sendable {
    /// One interface with the encodings that the client can use for it.
    public struct Context: Hashable, Sendable {
        public var identifier: UInt16
        public var interface: RPCSyntax
        public var transferSyntaxes: [RPCSyntax]

        public init(identifier: UInt16, interface: RPCSyntax, transferSyntaxes: [RPCSyntax]) {
            self.identifier = identifier
            self.interface = interface
            self.transferSyntaxes = transferSyntaxes
        }
    }

    public var transmitFragmentMax: UInt16
    public var receiveFragmentMax: UInt16
    public var associationGroup: UInt32
    public var contexts: [Context]

    public init(
        transmitFragmentMax: UInt16 = UInt16(RPCHeader.fragmentSizeMax),
        receiveFragmentMax: UInt16 = UInt16(RPCHeader.fragmentSizeMax),
        associationGroup: UInt32 = 0,
        contexts: [Context]
    ) {
        self.transmitFragmentMax = transmitFragmentMax
        self.receiveFragmentMax = receiveFragmentMax
        self.associationGroup = associationGroup
        self.contexts = contexts
    }

    /// The body, with the reader behind the header.
    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        transmitFragmentMax = try reader.read()
        receiveFragmentMax = try reader.read()
        associationGroup = try reader.read()
        let count = Int(try reader.read(UInt8.self))
        try reader.skip(3)
        contexts = []
        for _ in 0..<count {
            let identifier = try reader.read(UInt16.self)
            let syntaxCount = Int(try reader.read(UInt8.self))
            try reader.skip(1)
            let interface = try RPCSyntax(from: &reader)
            var syntaxes: [RPCSyntax] = []
            for _ in 0..<syntaxCount { syntaxes.append(try RPCSyntax(from: &reader)) }
            contexts.append(
                Context(
                    identifier: identifier,
                    interface: interface,
                    transferSyntaxes: syntaxes
                )
            )
        }
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(transmitFragmentMax)
        writer.write(receiveFragmentMax)
        writer.write(associationGroup)
        writer.write(UInt8(clamping: contexts.count))
        writer.write(zeros: 3)
        for context in contexts {
            writer.write(context.identifier)
            writer.write(UInt8(clamping: context.transferSyntaxes.count))
            writer.write(UInt8(0))
            context.interface.encode(to: &writer)
            for syntax in context.transferSyntaxes { syntax.encode(to: &writer) }
        }
    }

    /// The message in one fragment.
    public func encoded(callID: UInt32) -> [UInt8] {
        RPCHeader(kind: .bind, callID: callID).fragment { encode(to: &$0) }
    }
}
