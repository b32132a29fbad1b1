import Testing

@testable import FileStore

@Suite struct WildcardPatternTests {
    @Test(arguments: [
        ("*", "anything", true),
        ("*.*", "no-period", true),
        ("*.txt", "a.txt", true),
        ("*.txt", "A.TXT", true),
        ("*.txt", "a.txt2", false),
        ("a*b*c", "axxbyyc", true),
        ("a*b*c", "axxbyy", false),
        ("?", "a", true),
        ("?", "ab", false),
        ("a?c", "abc", true),
        ("ab?", "ab", false),
        ("abc", "ABC", true),
        ("abc", "abcd", false),
        ("é*", "Éa", true),
        // DOS_QM: one character, or none before a period and at the end.
        (">>>", "ab", true),
        (">>>", "abcd", false),
        ("a>>.txt", "a.txt", true),
        ("a>>.txt", "abcd.txt", false),
        // DOS_STAR: up to the last period.
        ("<.txt", "a.b.txt", true),
        ("<.txt", "a.txt.b", false),
        ("<.", "a.", true),
        ("<", "name", true),
        ("<", "name.x", false),
        // DOS_DOT: a period, or nothing at the end.
        ("a\"", "a", true),
        ("a\"", "a.", true),
        ("a\"b", "a.b", true),
        ("a\"b", "ab", false),
        ("<\"*", "name", true),
        ("<\"<", "a.b", true),
    ])
    func matches(pattern: String, name: String, expected: Bool) {
        #expect(WildcardPattern(pattern).matches(name) == expected)
    }

    @Test func respectsCaseWhenAsked() {
        #expect(!WildcardPattern("abc*", caseSensitive: true).matches("ABCD"))
        #expect(WildcardPattern("abc*", caseSensitive: true).matches("abcd"))
    }

    @Test func staysQuickOnHostilePatterns() {
        let pattern = WildcardPattern(String(repeating: "*a", count: 120) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 255)))
    }
}
