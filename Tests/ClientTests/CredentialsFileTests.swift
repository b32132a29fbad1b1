import Client
import Testing

@Suite struct CredentialsFileTests {
    @Test func readsTheFormatOfMountCifs() throws {
        let file = try CredentialsFile(
            parsing: "# lab\n  username=ada\r\npassword= two words =1\n\ndomain=LAB\n"
        )
        #expect(file.user == "ada")
        #expect(file.password == " two words =1")
        #expect(file.domain == "LAB")
    }

    @Test func splitsADomainFromTheUser() throws {
        let file = try CredentialsFile(parsing: "username=LAB\\ada\n")
        #expect(file.user == "ada")
        #expect(file.domain == "LAB")
        #expect(file.password == nil)
    }

    @Test(arguments: [("nonsense", 1), ("username=a\nfoo=bar", 2)])
    func namesTheLineItCannotRead(text: String, line: Int) {
        let error = #expect(throws: CredentialsFile.ParseError.self) {
            try CredentialsFile(parsing: text)
        }
        #expect(error?.line == line)
    }

    @Test func aDescriptionHoldsNoPassword() {
        let credentials = Credentials(domain: "LAB", user: "ada", password: "secret")
        #expect("\(credentials)" == "LAB\\ada")
    }
}
