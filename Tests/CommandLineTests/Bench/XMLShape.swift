/// Whether text is well-formed XML, as far as our own pages use it, and which elements it has.
struct XMLShape {
    private var counts: [String: Int] = [:]

    /// Nil for text that is not well-formed.
    init?(_ text: String) {
        var open: [String] = []
        var rest = text[...]
        if rest.hasPrefix("<!DOCTYPE html>") { rest = rest.dropFirst(15) }
        while let start = rest.firstIndex(of: "<") {
            guard Self.isCharacterData(rest[..<start]),
                let end = rest[start...].firstIndex(of: ">")
            else { return nil }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("/") {
                guard open.popLast() == String(tag.dropFirst()) else { return nil }
                continue
            }
            let isEmpty = tag.hasSuffix("/")
            let words = isEmpty ? tag.dropLast() : tag
            let name = String(words.prefix { $0 != " " })
            guard !name.isEmpty, Self.areAttributes(words.dropFirst(name.count)) else { return nil }
            counts[name, default: 0] += 1
            if !isEmpty { open.append(name) }
        }
        guard open.isEmpty, Self.isCharacterData(rest) else { return nil }
    }

    func count(_ name: String) -> Int { counts[name] ?? 0 }

    private static func isCharacterData(_ text: Substring) -> Bool {
        var rest = text
        while let start = rest.firstIndex(of: "&") {
            let names = ["&amp;", "&lt;", "&gt;", "&quot;"]
            guard let name = names.first(where: { rest[start...].hasPrefix($0) }) else {
                return false
            }
            rest = rest[start...].dropFirst(name.count)
        }
        return true
    }

    /// ` name="value"`, any number of times.
    private static func areAttributes(_ text: Substring) -> Bool {
        var rest = text
        while let first = rest.firstIndex(where: { $0 != " " }) {
            rest = rest[first...]
            guard let equals = rest.firstIndex(of: "="), equals > rest.startIndex,
                rest[..<equals].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" })
            else { return false }
            rest = rest[rest.index(after: equals)...]
            guard rest.first == "\"", let quote = rest.dropFirst().firstIndex(of: "\"") else {
                return false
            }
            guard isCharacterData(rest[..<quote]) else { return false }
            rest = rest[rest.index(after: quote)...]
        }
        return true
    }
}
