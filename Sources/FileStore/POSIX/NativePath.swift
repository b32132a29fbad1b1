/// A path as the kernel takes it: bytes, relative to the share's root, without `.` or `..`.
struct NativePath: Hashable, Sendable {
    /// With the terminating NUL, to be passed to C as it is.
    private(set) var characters: [CChar]

    /// The directory itself.
    static let root = NativePath(bytes: [UInt8(ascii: ".")])

    /// A name or path that must not be empty nor hold a NUL.
    init(bytes: some Collection<UInt8>) {
        var characters: [CChar] = []
        characters.reserveCapacity(bytes.count + 1)
        for byte in bytes { characters.append(CChar(bitPattern: byte)) }
        characters.append(0)
        self.characters = characters
    }

    private init(characters: [CChar]) { self.characters = characters }

    var isRoot: Bool { self == Self.root }
    /// Without the terminator.
    var bytes: [UInt8] { characters.dropLast().map { UInt8(bitPattern: $0) } }

    func appending(_ name: NativePath) -> NativePath {
        if isRoot { return name }
        var joined = characters
        joined[joined.count - 1] = Self.slash
        joined.append(contentsOf: name.characters)
        return NativePath(characters: joined)
    }

    /// The directory that holds it; the root holds itself.
    var parent: NativePath {
        guard let position = characters.lastIndex(of: Self.slash) else { return .root }
        return NativePath(characters: Array(characters[..<position]) + [0])
    }

    /// The last name alone.
    var name: NativePath {
        guard let position = characters.lastIndex(of: Self.slash) else { return self }
        return NativePath(characters: Array(characters[(position + 1)...]))
    }

    private static let slash = CChar(bitPattern: UInt8(ascii: "/"))
}
