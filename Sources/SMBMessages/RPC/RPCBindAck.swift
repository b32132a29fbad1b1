public import Wire

/// Says which interfaces and encodings the server takes (C706 12.6.4.4).
public struct RPCBindAck: Hashable, Sendable {
    public struct Result: Hashable, Sendable {
        public static let acceptance: UInt16 = 0
        public static let providerRejection: UInt16 = 2
        /// The answer to bind-time features (MS-RPCE 2.2.2.4).
        public static let negotiateAck: UInt16 = 3
        public static let abstractSyntaxNotSupported: UInt16 = 1
        public static let transferSyntaxesNotSupported: UInt16 = 2

        public var result: UInt16
        /// Why it was rejected, or the features that are granted.
        public var reason: UInt16
        public var transferSyntax: RPCSyntax?

        public init(result: UInt16, reason: UInt16 = 0, transferSyntax: RPCSyntax? = nil) {
            self.result = result
            self.reason = reason
            self.transferSyntax = transferSyntax
        }
    }

    private static let noSyntax = RPCSyntax(identifier: .zero, majorVersion: 0)

    public var transmitFragmentMax: UInt16
    public var receiveFragmentMax: UInt16
    public var associationGroup: UInt32
    /// The pipe's name, ASCII; empty in the answer to ALTER_CONTEXT.
    public var secondaryAddress: String
    public var results: [Result]

    public init(
        transmitFragmentMax: UInt16,
        receiveFragmentMax: UInt16,
        associationGroup: UInt32,
        secondaryAddress: String,
        results: [Result]
    ) {
        self.transmitFragmentMax = transmitFragmentMax
        self.receiveFragmentMax = receiveFragmentMax
        self.associationGroup = associationGroup
        self.secondaryAddress = secondaryAddress
        self.results = results
    }

    /// The body, with the reader behind the header.
    @_lifetime(reader: copy reader)
    public init(from reader: inout WireReader) throws(WireError) {
        transmitFragmentMax = try reader.read()
        receiveFragmentMax = try reader.read()
        associationGroup = try reader.read()
        let byteCount = Int(try reader.read(UInt16.self))
        let start = reader.offset
        let address = try reader.readBytes(count: byteCount)
        guard let text = String(validating: address.prefix { $0 != 0 }, as: UTF8.self) else {
            throw WireError(.invalidText, at: start)
        }
        secondaryAddress = text
        try reader.skip((4 - reader.offset % 4) % 4)
        let count = Int(try reader.read(UInt8.self))
        try reader.skip(3)
        results = []
        for _ in 0..<count {
            let result = try reader.read(UInt16.self)
            let reason = try reader.read(UInt16.self)
            let syntax = try RPCSyntax(from: &reader)
            results.append(
                Result(
                    result: result,
                    reason: reason,
                    transferSyntax: syntax == Self.noSyntax ? nil : syntax
                )
            )
        }
    }

    public func encode(to writer: inout WireWriter) {
        writer.write(transmitFragmentMax)
        writer.write(receiveFragmentMax)
        writer.write(associationGroup)
        let address = Array(secondaryAddress.utf8)
        writer.write(UInt16(clamping: address.isEmpty ? 0 : address.count + 1))
        writer.write(bytes: address)
        if !address.isEmpty { writer.write(UInt8(0)) }
        writer.pad(to: 4)
        writer.write(UInt8(clamping: results.count))
        writer.write(zeros: 3)
        for result in results {
            writer.write(result.result)
            writer.write(result.reason)
            (result.transferSyntax ?? Self.noSyntax).encode(to: &writer)
        }
    }
}
