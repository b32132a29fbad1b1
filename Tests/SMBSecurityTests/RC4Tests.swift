import SMBSecurity
import Testing

@Suite struct RC4Tests {
    /// RFC 6229 2: the start of the key streams of keys 01 02 03 ...
    @Test(arguments: [
        (5, "b2396305f03dc027ccc3524a0a1118a8"),
        (7, "293f02d47f37c9b633f2af5285feb46b"),
        (16, "9ac7cc9a609d1ef7b2932899cde41b97"),
    ])
    func streamsAsPublished(keyCount: Int, expected: String) {
        var stream = RC4(key: (1...keyCount).map { UInt8($0) })
        #expect(hex(stream.apply(to: [UInt8](repeating: 0, count: 16))) == expected)
    }

    @Test func continuesAcrossCalls() {
        let message = [UInt8](0..<100)
        var whole = RC4(key: [1, 2, 3])
        var parts = RC4(key: [1, 2, 3])
        let expected = whole.apply(to: message)
        let first = parts.apply(to: Array(message[..<37]))
        #expect(first + parts.apply(to: Array(message[37...])) == expected)
    }
}
