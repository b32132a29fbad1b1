import Client
import SMBMessages
import Testing

@Suite(.timeLimit(.minutes(10))) struct SessionTests {
    private func connect(
        _ faults: ScriptedServer.Faults = .init(),
        password: String = ScriptedServer.password,
        options: ClientOptions = ClientOptions()
    ) async throws(ClientError) -> Session {
        try await Session.connect(
            to: ServerAddress(host: "script"),
            as: Credentials(user: ScriptedServer.user, password: password),
            options: options,
            runtime: try ClientRuntime(connector: ScriptedConnector(faults: faults))
        )
    }

    private func failure(
        _ faults: ScriptedServer.Faults = .init(),
        password: String = ScriptedServer.password,
        options: ClientOptions = ClientOptions()
    ) async -> ClientError? {
        do throws(ClientError) {
            _ = try await connect(faults, password: password, options: options)
            return nil
        } catch {
            return error
        }
    }

    @Test func agreesOnTheBest() async throws {
        let session = try await connect()
        #expect(session.summary.dialect == "3.1.1")
        #expect(session.summary.signing == "AES-128-GMAC")
        #expect(session.summary.encryption == nil)
        #expect(try await session.share("data").name == "data")
    }

    @Test func aWrongPasswordIsSaidPlainly() async {
        let error = await failure(password: "wrong")
        #expect(error?.kind == .authentication)
        #expect(error?.statusName == "STATUS_LOGON_FAILURE")
        #expect(error?.description.contains("wrong") == false)
    }

    @Test func aChangedOfferIsNoticed() async {
        var faults = ScriptedServer.Faults()
        faults.requestIsChanged = true
        #expect(await failure(faults)?.kind == .protocolViolation)
    }

    @Test func aMissingIntegrityCheckIsRefused() async {
        var faults = ScriptedServer.Faults()
        faults.omitsIntegrity = true
        #expect(await failure(faults)?.kind == .protocolViolation)
    }

    @Test func anUnsignedEndOfTheHandshakeIsRefused() async {
        var faults = ScriptedServer.Faults()
        faults.omitsFinalSignature = true
        #expect(await failure(faults)?.kind == .protocolViolation)
    }

    @Test(arguments: [Dialect.smb202, .wildcard, Dialect(rawValue: 0x0999)])
    func aDialectThatWasNotOfferedIsRefused(dialect: Dialect) async {
        var faults = ScriptedServer.Faults()
        faults.dialect = dialect
        #expect(await failure(faults)?.kind == .protocolViolation)
    }

    @Test func olderDialectsAreValidated() async throws {
        var faults = ScriptedServer.Faults()
        faults.dialect = .smb302
        let session = try await connect(faults)
        #expect(session.summary.signing == "AES-128-CMAC")
        _ = try await session.share("data")
    }

    @Test func aDowngradeIsNoticed() async throws {
        var faults = ScriptedServer.Faults()
        faults.dialect = .smb302
        faults.validatedCapabilities = 0x44
        let session = try await connect(faults)
        let error = await #expect(throws: ClientError.self) { try await session.share("data") }
        #expect(error?.kind == .protocolViolation)
        #expect(error?.description.contains("weaker") == true)
    }

    @Test func aGuestIsNotWhatWasAskedFor() async {
        var faults = ScriptedServer.Faults()
        faults.flags = .isGuest
        #expect(await failure(faults)?.kind == .authentication)
        var options = ClientOptions()
        options.acceptsGuest = true
        #expect(await failure(faults, options: options) == nil)
    }

    @Test func encryptionThatIsNotThereIsAnError() async {
        var options = ClientOptions()
        options.encrypts = true
        #expect(await failure(options: options)?.kind == .unsupported)
    }

    @Test func namesThatLeadElsewhereAreNotCopied() async throws {
        var faults = ScriptedServer.Faults()
        faults.listing = ["..", "../evil", "/etc/passwd", "a\\b", "good"].map(Self.entry)
        let connection = ServerConnection(
            to: ServerAddress(host: "script"),
            as: Credentials(user: ScriptedServer.user, password: ScriptedServer.password),
            options: ClientOptions(),
            runtime: try ClientRuntime(connector: ScriptedConnector(faults: faults))
        )
        let download = Download(connection, share: "data", progress: TransferProgress())
        let plan = try await TreeDownload(download, jobs: 1, replacesAll: false).plan(.root)
        #expect(plan.files.map(\.name) == ["good"])
        #expect(plan.problems.map(\.reason) == [.unsafeName, .unsafeName, .unsafeName])
    }

    private static func entry(_ name: String) -> DirectoryEntry { DirectoryEntry(name: name) }
}
