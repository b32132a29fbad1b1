public import SMBMessages

/// Where a file is: names from the share's root down, and perhaps a named stream of the last one.
///
/// A value of this type has passed the rules of MS-FSCC 2.1.5, so it holds no `..`, no separator
/// inside a name and no NUL, whoever sent it.
public struct StorePath: Sendable {
    public enum Rules: Sendable {
        /// No characters that Windows forbids; found without regard to case; `:` starts a stream.
        case windows
        /// Any name that POSIX allows (SMB 3.1.1 POSIX extensions); case counts; no streams.
        case posix
    }

    /// What the end of the path says about the kind of file (MS-FSA 2.1.5.1, phase 7).
    public enum Demand: Sendable {
        case none
        /// `::$DATA`, or a named stream.
        case data
        /// `::$INDEX_ALLOCATION`, or a separator at the end.
        case directory
    }

    public let rules: Rules
    public private(set) var components: [String]
    /// A named stream; nil for the file itself.
    public private(set) var stream: String?
    public private(set) var demand: Demand

    /// The share's root.
    public static let root = StorePath(rules: .windows, components: [])

    /// Names that are known to obey the rules, such as those of a directory's listing.
    init(rules: Rules, components: [String], stream: String? = nil) {
        self.rules = rules
        self.components = components
        self.stream = stream
        demand = stream == nil ? .none : .data
    }

    /// The name of a CREATE, rename or link request, without a separator in front.
    public init(_ text: String, rules: Rules = .windows) throws(NTStatus) {
        self.rules = rules
        components = []
        stream = nil
        demand = .none
        if text.isEmpty { return }
        let scalars = text.unicodeScalars
        // Linux separates the names of POSIX opens by slashes, and may use backslashes in names;
        // where there is no slash the names are separated as everywhere else. Of Windows' rules
        // a slash can only be a separator, and Samba takes it so.
        let hasSlash = text.utf8.contains(UInt8(ascii: "/"))
        func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
            scalar == "/" || scalar == "\\" && !(rules == .posix && hasSlash)
        }
        if let first = scalars.first, isSeparator(first) { throw .invalidParameter }
        if let last = scalars.last, isSeparator(last) { demand = .directory }
        let parts = scalars.split(whereSeparator: isSeparator).map { String($0) }
        guard parts.count <= NameRules.componentCountMax else { throw .nameTooLong }
        for part in parts.dropLast() {
            try NameRules.check(component: part, rules)
            components.append(part)
        }
        guard let last = parts.last else { return }
        if rules == .windows, last.utf8.contains(UInt8(ascii: ":")) {
            try takeStream(of: last)
        } else {
            try NameRules.check(component: last, rules)
            components.append(last)
        }
    }

    /// Splits `file:stream:type` (MS-FSA 2.1.5.1, phases 5 to 7).
    private mutating func takeStream(of last: String) throws(NTStatus) {
        let trailingSeparator = demand == .directory
        guard last.utf8.last != UInt8(ascii: ":") else { throw .objectNameInvalid }
        let parts = last.unicodeScalars.split(
            separator: ":",
            omittingEmptySubsequences: false
        ).map { String($0) }
        guard parts.count <= 3 else { throw .objectNameInvalid }
        let name = parts[1]
        let type = parts.count == 3 ? parts[2] : ""
        if !parts[0].isEmpty {
            try NameRules.check(component: parts[0], rules)
            components.append(parts[0])
        } else if !components.isEmpty {
            throw .objectNameInvalid
        }
        if NameFolding.areEqual(type, "$INDEX_ALLOCATION") {
            guard name.isEmpty || NameFolding.areEqual(name, "$I30") else {
                throw .invalidParameter
            }
            demand = .directory
            return
        }
        guard type.isEmpty || NameFolding.areEqual(type, "$DATA") else { throw .objectNameInvalid }
        guard !trailingSeparator else { throw .objectNameInvalid }
        demand = .data
        guard !name.isEmpty else { return }
        try NameRules.check(stream: name)
        stream = name
    }

    public var isRoot: Bool { components.isEmpty && stream == nil }
    /// The last name, without stream; empty for the root.
    public var name: String { components.last ?? "" }
    /// The directory that holds the file; the root is its own.
    public var parent: StorePath {
        StorePath(rules: rules, components: Array(components.dropLast()))
    }
    /// The file without its stream.
    public var file: StorePath { StorePath(rules: rules, components: components) }

    /// A file in this directory. The name must obey the rules.
    public func appending(_ name: String) throws(NTStatus) -> StorePath {
        try NameRules.check(component: name, rules)
        return StorePath(rules: rules, components: components + [name])
    }

    /// A stream of this file, by a name that is known to obey the rules.
    func with(stream: String) -> StorePath {
        StorePath(rules: rules, components: components, stream: stream)
    }

    /// A stream of this file.
    public func naming(stream: String) throws(NTStatus) -> StorePath {
        try NameRules.check(stream: stream)
        return StorePath(rules: rules, components: components, stream: stream)
    }
}

/// As FILE_NAME_INFORMATION wants it after its leading `\`.
extension StorePath: CustomStringConvertible {
    public var description: String {
        let file = components.joined(separator: "\\")
        guard let stream else { return file }
        return "\(file):\(stream)"
    }
}
