extension SMBDirectError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let count): "a message of \(count) bytes is too short"
        case .unexpectedMessage: "a message came where none may come"
        case .version(let minimum, let maximum):
            "the peer offers the versions 0x\(Self.hex(minimum)) to 0x\(Self.hex(maximum)), and "
                + "1.0 (0x100) is none of them"
        case .refused(let status): "the peer refuses with status 0x\(Self.hex(status))"
        case .negotiation(let field): "the peer negotiates a \(field.name) that cannot be used"
        case .noCreditsRequested: "the peer asks for no credits, and could never send again"
        case .creditsExceeded: "the peer sent more messages than it has credits for"
        case .creditOverflow: "the peer grants more credits than can be counted"
        case .payloadOutOfBounds(let offset, let count):
            "a payload of \(count) bytes at \(offset) lies outside its message"
        case .messageTooLong(let count, let maximum):
            "a message of \(count) bytes, and \(maximum) are allowed"
        case .fragmentMismatch(let expected, let announced):
            "a piece announces \(announced) bytes where \(expected) are missing"
        case .negotiationTimeout: "the peer did not negotiate in time"
        case .peerSilent: "the peer does not answer"
        case .noCreditsGranted: "the peer grants no credits"
        case .remoteMemoryTooShort(let count, let wanted):
            "the peer describes \(count) bytes of memory, and \(wanted) are to be moved"
        case .remoteMemoryWraps(let offset, let length):
            "the peer describes \(length) bytes at 0x\(Self.hex(offset)), where memory ends before"
        }
    }

    private static func hex(_ number: some BinaryInteger) -> String { String(number, radix: 16) }
}

extension SMBDirectError.NegotiatedField {
    /// As MS-SMBD spells it.
    fileprivate var name: String {
        switch self {
        case .creditsRequested: "CreditsRequested"
        case .creditsGranted: "CreditsGranted"
        case .preferredSendSize: "PreferredSendSize"
        case .maxReceiveSize: "MaxReceiveSize"
        case .maxFragmentedSize: "MaxFragmentedSize"
        case .negotiatedVersion: "NegotiatedVersion"
        }
    }
}
