import Testing

@testable import Mount

@Suite struct NameMappingTests {
    @Test(arguments: [
        ("plain", "plain"), ("a:b", "a\u{F022}b"),
        ("*?\"<>|", "\u{F021}\u{F025}\u{F020}\u{F023}\u{F024}\u{F027}"),
        ("back\\slash", "back\u{F026}slash"), ("dot.", "dot\u{F029}"), ("a.b", "a.b"),
        ("space ", "space\u{F028}"), (" space", " space"), ("tab\t", "tab\u{F009}"),
        ("...", "..\u{F029}"), ("日本語", "日本語"),
    ])
    func forbiddenCharactersTravelAsPrivateOnes(local: String, wire: String) {
        let mapping = NameMapping(isPlain: false)
        #expect(mapping.wire(local) == wire)
        #expect(mapping.local(wire) == local)
    }

    @Test(arguments: ["a:b", "dot.", "\u{F022}"])
    func nothingChangesWithThePOSIXExtensions(name: String) {
        let mapping = NameMapping(isPlain: true)
        #expect(mapping.wire(name) == name)
        #expect(mapping.local(name) == name)
    }

    /// A server may say anything; what would be more than one name is no name.
    @Test(arguments: ["", ".", "..", "a/b", "a\0b", "/"], [true, false])
    func whatIsNoNameIsNotShown(name: String, isPlain: Bool) {
        #expect(NameMapping(isPlain: isPlain).local(name) == nil)
    }

    /// Two dots that arrive in disguise.
    @Test func disguisesAreSeenThrough() {
        #expect(NameMapping(isPlain: false).local(".\u{F029}") == nil)
        #expect(NameMapping(isPlain: false).local("\u{F029}") == nil)
    }
}
