/// What a name inside a folder may look like, whoever says it.
///
/// A hostile server can put anything into a listing; a name that is more than one name would let
/// it write outside the folder that the user gave us.
public enum EntryName {
    /// MS-FSCC 2.1.5.2: a component has at most 255 characters.
    static let unitCountMax = 255

    public static func isSafe(_ name: String) -> Bool {
        guard !name.isEmpty, name != ".", name != "..", name.utf16.count <= unitCountMax else {
            return false
        }
        return !name.utf8.contains {
            $0 == 0 || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\")
        }
    }

    /// `.` and `..`, which every listing contains and which are no entries.
    static func isSelfOrParent(_ name: String) -> Bool { name == "." || name == ".." }

    /// The name with control characters made visible, so that a listing cannot drive a terminal.
    public static func shown(_ name: String) -> String {
        guard name.unicodeScalars.contains(where: isControl) else { return name }
        var text = ""
        for scalar in name.unicodeScalars {
            if isControl(scalar) {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
            || (0x202a...0x202e).contains(scalar.value)
            || (0x2066...0x2069).contains(scalar.value)
    }
}
