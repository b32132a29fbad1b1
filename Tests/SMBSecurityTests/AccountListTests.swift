import SMBSecurity
import Testing

@Suite struct AccountListTests {
    @Test func readsPasswordsAndHashes() throws {
        let list = try AccountList(
            parsing: "# who may come\r\nanna:pass:word \r\n\n  \n"
                + "BÉA:$nt$8846f7eaee8fb117ad06bdd830b7586c\n"
        )
        #expect(list.count == 2)
        #expect(list.ntHash(user: "ANNA", domain: "X") == NTHash(password: "pass:word "))
        #expect(list.ntHash(user: "béa", domain: "") == NTHash(password: "password"))
        #expect(list.ntHash(user: "carl", domain: "") == nil)
    }

    @Test(arguments: [
        ("anna", 1), ("\n:x", 2), ("a:1\n#\nb:", 3), ("a:1\r\nA:2", 2), ("a:$nt$12", 1),
        ("a:$nt$8846f7eaee8fb117ad06bdd830b7586g", 1),
        ("a:$nt$8846f7eaee8fb117ad06bdd830b7586c0", 1),
    ])
    func namesTheLineItCannotRead(text: String, line: Int) {
        let error = #expect(throws: AccountList.ParseError.self) {
            _ = try AccountList(parsing: text)
        }
        #expect(error?.line == line)
    }

    @Test func errorsShowNoPassword() {
        let error = #expect(throws: AccountList.ParseError.self) {
            _ = try AccountList(parsing: "hunter2")
        }
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test(arguments: [
        (UInt32(0o100600), true), (0o100400, true), (0o100640, false), (0o100604, false),
        (0o100620, false),
    ])
    func knowsPrivateFiles(mode: UInt32, isPrivate: Bool) {
        #expect(AccountList.isPrivate(mode: mode) == isPrivate)
    }
}
