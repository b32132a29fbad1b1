import Client
import Testing

@Suite struct ServerAddressTests {
    @Test func showsThePortOnlyWhenItIsUnusual() {
        #expect(ServerAddress(host: "nas").description == "nas")
        #expect(ServerAddress(host: "nas", port: 4450).description == "nas:4450")
        #expect(ServerAddress(host: "::1", port: 4450).description == "[::1]:4450")
    }
}
