/// Reads what `ip route get ADDRESS` prints: the interface that packets to it leave by.
enum RouteText {
    static func interface(in text: String) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let index = words.firstIndex(of: "dev"), index + 1 < words.count else { return nil }
        return String(words[index + 1])
    }
}
