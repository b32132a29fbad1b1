/// Text as NTLM hashes and sends it (MS-NLMP 3.3.1, UNICODE).
enum UTF16LittleEndian {
    static func bytes(of text: String) -> [UInt8] {
        text.utf16.flatMap { littleEndianBytes($0) }
    }

    /// Upper case letter by letter, as a Windows account database compares names; letters whose
    /// capital is several letters stay.
    static func uppercase(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let mapping = scalar.properties.uppercaseMapping.unicodeScalars
            result.append(mapping.count == 1 ? mapping.first ?? scalar : scalar)
        }
        return String(result)
    }
}

/// The bytes of an integer, the least significant first.
func littleEndianBytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
