import Client
import Testing

@Suite struct LocationTests {
    @Test func readsEveryPart() throws {
        let location = try Location(parsing: "smb://LAB;ada@nas.example:4450/models/a%20b/c.bin")
        #expect(location.domain == "LAB")
        #expect(location.user == "ada")
        #expect(location.address == ServerAddress(host: "nas.example", port: 4450))
        #expect(location.share == "models")
        #expect(location.path.components == ["a b", "c.bin"])
        #expect(location.path.wireText == "a b\\c.bin")
        #expect(!location.namesFolder)
    }

    @Test(arguments: ["smb://nas", "smb://nas/", "SMB://nas//"])
    func aServerAloneHasNoShare(text: String) throws {
        let location = try Location(parsing: text)
        #expect(location.share == nil)
        #expect(location.path.isRoot)
        #expect(location.address.port == 445)
    }

    @Test func readsIPv6InBrackets() throws {
        let location = try Location(parsing: "smb://ada@[fe80::1%25eth0]:4450/s")
        #expect(location.address == ServerAddress(host: "fe80::1%eth0", port: 4450))
        #expect(try Location(parsing: "smb://[::1]/s").address.host == "::1")
    }

    @Test func normalisesDotsInsideTheShare() throws {
        let location = try Location(parsing: "smb://nas/s/a/./b/../c/")
        #expect(location.path.components == ["a", "c"])
        #expect(location.namesFolder)
    }

    @Test(arguments: [
        ("nas/share", LocationError.Reason.scheme), ("http://nas/s", .scheme),
        ("smb://", .host), ("smb:///s", .host), ("smb://a:b:c/s", .host), ("smb://[::1/s", .host),
        ("smb://[::1]x/s", .host), ("smb://na s/s", .host), ("smb://[nas]/s", .host),
        ("smb://nas:0/s", .port), ("smb://nas:65536/s", .port), ("smb://nas:/s", .port),
        ("smb://nas/s/%zz", .escape), ("smb://nas/s/%4", .escape), ("smb://nas/s/%ff", .escape),
        ("smb://ada:secret@nas/s", .password),
        ("smb://nas/s/..", .aboveShare), ("smb://nas/s/a/../../b", .aboveShare),
        ("smb://nas/s/%2e%2e", .aboveShare),
        ("smb://nas/s/a%2fb", .name), ("smb://nas/s/a%5Cb", .name), ("smb://nas/s/%00", .name),
        ("smb://nas/..", .share), ("smb://nas/a%5Cb", .share),
    ])
    func refuses(text: String, reason: LocationError.Reason) {
        let error = #expect(throws: LocationError.self) { try Location(parsing: text) }
        #expect(error?.reason == reason)
    }

    @Test func neverRepeatsAPassword() {
        let error = #expect(throws: LocationError.self) {
            try Location(parsing: "smb://ada:secret@nas/s")
        }
        #expect(error?.description.contains("secret") == false)
    }

    @Test(arguments: [
        "smb://nas/s", "smb://LAB;ada@nas:4450/my%20share/50%25/%C3%BC", "smb://[::1]:4450/s/a",
    ])
    func describesWhatItRead(text: String) throws {
        #expect(try Location(parsing: text).description == text)
    }
}
