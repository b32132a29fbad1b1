import SMBMessages

/// Turns names that clients send into bytes on disk, and back, without losing any file.
///
/// Characters that Windows forbids travel as U+F001...U+F027, which is how macOS and Linux clients
/// send them; on disk they are what they stand for. Bytes that are not UTF-8 travel as
/// U+EF80...U+EFFF. POSIX clients see names as they are, but for such bytes
/// (Spec/Decisions, names on disk).
enum NativeName {
    static func encode(
        _ name: String,
        _ rules: StorePath.Rules
    ) throws(NTStatus) -> NativePath {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count)
        var lastStart = 0
        for scalar in name.unicodeScalars {
            lastStart = bytes.count
            if (0xEF80...0xEFFF).contains(scalar.value) {
                bytes.append(UInt8(scalar.value - 0xEF00))
            } else if rules == .windows, let character = forbidden(for: scalar) {
                bytes.append(character)
            } else {
                bytes.append(contentsOf: String(scalar).utf8)
            }
        }
        if rules == .windows, let last = name.unicodeScalars.last,
            let character = trailing(for: last)
        {
            bytes.removeSubrange(lastStart...)
            bytes.append(character)
        }
        guard bytes.count <= NameRules.componentLengthMax else { throw .nameTooLong }
        // A name may have become one of these only now.
        guard !bytes.isEmpty, bytes != [0x2E], bytes != [0x2E, 0x2E],
            !bytes.contains(0), !bytes.contains(UInt8(ascii: "/"))
        else { throw .objectNameInvalid }
        return NativePath(bytes: bytes)
    }

    static func encode(_ path: StorePath) throws(NTStatus) -> NativePath {
        var native = NativePath.root
        for component in path.components {
            native = native.appending(try encode(component, path.rules))
        }
        return native
    }

    /// The name that a client is shown.
    static func decode(_ bytes: some Collection<UInt8>, _ rules: StorePath.Rules) -> String {
        if isPlain(bytes, rules) { return String(decoding: bytes, as: UTF8.self) }
        var name = String.UnicodeScalarView()
        var remaining = Array(bytes)[...]
        while let first = remaining.first {
            var iterator = remaining.makeIterator()
            var decoder = UTF8()
            if case .scalarValue(let scalar) = decoder.decode(&iterator),
                !(0xEF80...0xEFFF).contains(scalar.value)
            {
                name.append(rules == .windows ? shown(scalar) : scalar)
                remaining = remaining.dropFirst(String(scalar).utf8.count)
            } else {
                name.append(escaped(first))
                remaining = remaining.dropFirst()
            }
        }
        return String(name)
    }

    /// ASCII without anything that Windows forbids: nearly every name.
    private static func isPlain(
        _ bytes: some Collection<UInt8>,
        _ rules: StorePath.Rules
    ) -> Bool {
        bytes.allSatisfy { byte in
            switch byte {
            case 0x80...: false
            case 0..<0x20: rules == .posix
            case 0x22, 0x2A, 0x3A, 0x3C, 0x3E, 0x3F, 0x5C, 0x7C: rules == .posix
            default: true
            }
        }
    }

    private static func escaped(_ byte: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(0xEF00 + UInt32(byte)) ?? "\u{FFFD}"
    }

    /// `"*:<>?\|` in the order of their stand-ins from U+F020 on; U+F022 is macOS's for `:`.
    private static let forbiddenCharacters: [UInt8] = [
        0x22, 0x2A, 0x3A, 0x3C, 0x3E, 0x3F, 0x5C, 0x7C,
    ]

    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if (1..<0x20).contains(scalar.value) {
            return Unicode.Scalar(0xF000 + scalar.value) ?? scalar
        }
        guard scalar.isASCII,
            let index = forbiddenCharacters.firstIndex(of: UInt8(scalar.value))
        else { return scalar }
        return Unicode.Scalar(0xF020 + UInt32(index)) ?? scalar
    }

    private static func forbidden(for scalar: Unicode.Scalar) -> UInt8? {
        switch scalar.value {
        case 0xF001...0xF01F: UInt8(scalar.value - 0xF000)
        case 0xF020...0xF027: forbiddenCharacters[Int(scalar.value - 0xF020)]
        default: nil
        }
    }

    /// A space or period at the end, which clients send so because Windows would strip it.
    private static func trailing(for scalar: Unicode.Scalar) -> UInt8? {
        switch scalar.value {
        case 0xF028: UInt8(ascii: " ")
        case 0xF029: UInt8(ascii: ".")
        default: nil
        }
    }
}
