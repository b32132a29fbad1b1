import SMBMessages

/// Which names a client may use (MS-FSCC 2.1.5).
enum NameRules {
    /// More than fits into the longest path that a request can carry on POSIX systems.
    static let componentCountMax = 2048
    static let componentLengthMax = 255

    /// A period or space at the end is accepted and kept, as NTFS does: it is the client's side of
    /// Windows that strips them.
    static func check(component: String, _ rules: StorePath.Rules) throws(NTStatus) {
        guard component != ".", component != "..", !component.isEmpty else {
            throw .objectNameInvalid
        }
        switch rules {
        case .windows:
            guard component.utf16.count <= componentLengthMax,
                component.unicodeScalars.allSatisfy(isAllowedByWindows)
            else { throw .objectNameInvalid }
        case .posix:
            guard component.utf8.allSatisfy({ $0 != 0 && $0 != UInt8(ascii: "/") }) else {
                throw .objectNameInvalid
            }
            guard component.utf8.count <= componentLengthMax else { throw .nameTooLong }
        }
    }

    /// MS-FSCC 2.1.5.3: stream names may hold what file names may not, but separators and NUL.
    static func check(stream: String) throws(NTStatus) {
        guard !stream.isEmpty, stream.utf16.count <= componentLengthMax,
            stream.utf8.allSatisfy({ !"\0/:\\".utf8.contains($0) })
        else { throw .objectNameInvalid }
    }

    private static func isAllowedByWindows(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\0"..."\u{1F}", "\"", "*", "/", ":", "<", ">", "?", "\\", "|": false
        default: true
        }
    }
}
