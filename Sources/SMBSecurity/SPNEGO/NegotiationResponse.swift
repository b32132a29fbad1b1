/// Every token of a negotiation after the first (RFC 4178 4.2.2, NegTokenResp).
public struct NegotiationResponse: Hashable, Sendable {
    /// RFC 4178 4.2.2, negState.
    public struct State: RawRepresentable, Hashable, Sendable {
        public var rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let acceptCompleted = Self(rawValue: 0)
        public static let acceptIncomplete = Self(rawValue: 1)
        public static let reject = Self(rawValue: 2)
        public static let requestMIC = Self(rawValue: 3)
    }

    public var state: State?
    public var mechanism: Mechanism?
    public var token: [UInt8]?
    public var mechanismListMIC: [UInt8]?

    public init(
        state: State? = nil,
        mechanism: Mechanism? = nil,
        token: [UInt8]? = nil,
        mechanismListMIC: [UInt8]? = nil
    ) {
        self.state = state
        self.mechanism = mechanism
        self.token = token
        self.mechanismListMIC = mechanismListMIC
    }

    init(_ bytes: [UInt8]) throws(DERReader.Malformed) {
        var reader = DERReader(bytes)
        var choice = DERReader(try reader.read(DER.context(1)))
        var fields = DERReader(try choice.readLast(DER.sequence))
        while !fields.isAtEnd {
            let field = try fields.read()
            var content = DERReader(field.content)
            switch field.tag {
            case DER.context(0):
                let value = try content.readLast(DER.enumerated)
                guard value.count == 1, let state = value.first else {
                    throw DERReader.Malformed()
                }
                self.state = State(rawValue: state)
            case DER.context(1):
                let identifier = try content.readLast(DER.objectIdentifier)
                mechanism = Mechanism(identifier: Array(identifier))
            case DER.context(2): token = Array(try content.readLast(DER.octetString))
            case DER.context(3): mechanismListMIC = Array(try content.readLast(DER.octetString))
            default: break
            }
        }
    }

    public func encode() -> [UInt8] {
        var fields: [UInt8] = []
        if let state {
            let value = DER.element(DER.enumerated, [state.rawValue])
            fields += DER.element(DER.context(0), value)
        }
        if let mechanism { fields += DER.element(DER.context(1), mechanism.element) }
        if let token {
            fields += DER.element(DER.context(2), DER.element(DER.octetString, token))
        }
        if let mechanismListMIC {
            fields += DER.element(DER.context(3), DER.element(DER.octetString, mechanismListMIC))
        }
        return DER.element(DER.context(1), DER.element(DER.sequence, fields))
    }
}
