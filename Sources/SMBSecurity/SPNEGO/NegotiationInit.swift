/// The first token of a negotiation (RFC 4178 4.2.1), in the form that a server may open with
/// (MS-SPNG 2.2.1).
public struct NegotiationInit: Hashable, Sendable {
    /// What MS-SPNG has every server say.
    public static let hint = "not_defined_in_RFC4178@please_ignore"

    /// More mechanisms than any peer offers; a longer list is refused.
    static let mechanismCountMax = 32

    /// The sender's mechanisms, best first.
    public var mechanisms: [Mechanism]
    /// The first token of the first mechanism, sent on the chance that it will be chosen.
    public var mechanismToken: [UInt8]?
    public var hintName: String?
    public var mechanismListMIC: [UInt8]?
    /// The MechTypeList as it was sent, which a mechListMIC covers (RFC 4178 5).
    public private(set) var encodedMechanisms: [UInt8]

    public init(
        mechanisms: [Mechanism],
        mechanismToken: [UInt8]? = nil,
        hintName: String? = nil
    ) {
        self.mechanisms = mechanisms
        self.mechanismToken = mechanismToken
        self.hintName = hintName
        encodedMechanisms = DER.element(DER.sequence, mechanisms.flatMap(\.element))
    }

    /// Reads a token with or without the wrapping of RFC 2743.
    init(_ token: [UInt8]) throws(DERReader.Malformed) {
        var reader = DERReader(token)
        if reader.nextTag == DER.application {
            reader = DERReader(try reader.read(DER.application))
            guard try Array(reader.read(DER.objectIdentifier)) == Mechanism.spnego.identifier else {
                throw DERReader.Malformed()
            }
        }
        var choice = DERReader(try reader.read(DER.context(0)))
        var fields = DERReader(try choice.readLast(DER.sequence))
        self.init(mechanisms: [])
        while !fields.isAtEnd {
            let field = try fields.read()
            var content = DERReader(field.content)
            switch field.tag {
            case DER.context(0): try readMechanisms(&content)
            case DER.context(2): mechanismToken = Array(try content.readLast(DER.octetString))
            case DER.context(3) where content.nextTag == DER.sequence:
                try readHints(DERReader(try content.readLast(DER.sequence)))
            case DER.context(3), DER.context(4):
                mechanismListMIC = Array(try content.readLast(DER.octetString))
            default: break  // reqFlags is not protected and must be ignored (MS-SPNG 3.1.5.3)
            }
        }
    }

    private mutating func readMechanisms(
        _ reader: inout DERReader
    ) throws(DERReader.Malformed) {
        let list = try reader.read()
        guard list.tag == DER.sequence, reader.isAtEnd else { throw DERReader.Malformed() }
        encodedMechanisms = Array(list.whole)
        var identifiers = DERReader(list.content)
        while !identifiers.isAtEnd {
            guard mechanisms.count < Self.mechanismCountMax else { throw DERReader.Malformed() }
            let identifier = try identifiers.read(DER.objectIdentifier)
            mechanisms.append(Mechanism(identifier: Array(identifier)))
        }
    }

    private mutating func readHints(_ reader: DERReader) throws(DERReader.Malformed) {
        var fields = reader
        while !fields.isAtEnd {
            let field = try fields.read()
            guard field.tag == DER.context(0) else { continue }
            var content = DERReader(field.content)
            let name = try content.readLast(DER.generalString)
            hintName = String(validating: name, as: UTF8.self)
        }
    }

    public func encode() -> [UInt8] {
        var fields = DER.element(DER.context(0), encodedMechanisms)
        if let mechanismToken {
            fields += DER.element(DER.context(2), DER.element(DER.octetString, mechanismToken))
        }
        if let hintName {
            let name = DER.element(DER.generalString, Array(hintName.utf8))
            let hints = DER.element(DER.sequence, DER.element(DER.context(0), name))
            fields += DER.element(DER.context(3), hints)
        }
        let body = DER.element(DER.context(0), DER.element(DER.sequence, fields))
        return DER.element(DER.application, Mechanism.spnego.element + body)
    }
}
