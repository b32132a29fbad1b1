import Testing

@testable import Transport

@Suite("Socket addresses")
struct SocketAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1", 445, "127.0.0.1:445"), ("::1", 8445, "[::1]:8445"),
            ("::", 0, "[::]:0"), ("10.9.0.1", 65535, "10.9.0.1:65535"),
        ] as [(String, UInt16, String)]
    )
    func theyAreWrittenAsTheyAreRead(host: String, port: UInt16, text: String) throws {
        let address = try #require(SocketAddress(numeric: host, port: port))
        #expect(address.description == text)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(arguments: ["localhost", "", "1.2.3.4.5", "[::1]", "127.0.0.1:445"])
    func namesAreNotAddresses(host: String) {
        #expect(SocketAddress(numeric: host, port: 445) == nil)
    }
}
