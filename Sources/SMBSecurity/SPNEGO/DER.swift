/// Builds the few DER structures of SPNEGO, from the inside out (X.690).
enum DER {
    static let enumerated: UInt8 = 0x0A
    static let generalString: UInt8 = 0x1B
    static let objectIdentifier: UInt8 = 0x06
    static let octetString: UInt8 = 0x04
    static let sequence: UInt8 = 0x30
    /// The wrapping of a first token (RFC 2743 3.1).
    static let application: UInt8 = 0x60

    /// The tag of field `number`, which holds an element of its own.
    static func context(_ number: UInt8) -> UInt8 { 0xA0 | number }

    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        [tag] + length(content.count) + content
    }

    private static func length(_ count: Int) -> [UInt8] {
        if count < 0x80 { return [UInt8(count)] }
        let significant = littleEndianBytes(UInt32(count)).reversed().drop { $0 == 0 }
        return [0x80 | UInt8(significant.count)] + significant
    }
}
