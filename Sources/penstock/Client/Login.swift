import Client
import Glibc

/// Finds out who the user is: from the location, a credentials file, the environment, and at last
/// a prompt.
struct Login {
    private static let passwordVariable = "PENSTOCK_PASSWORD"

    var location: Location
    var options: ConnectionOptions

    func credentials() throws -> Credentials {
        if options.anonymous { return .anonymous }
        var file: CredentialsFile?
        if let path = options.credentials { file = try Self.readFile(path) }
        let user = location.user ?? file?.user ?? Self.environment("USER") ?? "guest"
        let domain = location.domain ?? file?.domain ?? ""
        if let password = file?.password ?? Self.environment(Self.passwordVariable) {
            return Credentials(domain: domain, user: user, password: password)
        }
        let prompt = "Password of \(user) on \(location.address): "
        guard let password = Terminal.readPassword(prompt: prompt) else {
            throw CommandFailure(
                .authentication,
                "no password: there is no terminal to ask at; set \(Self.passwordVariable), use "
                    + "--credentials FILE, or --anonymous"
            )
        }
        return Credentials(domain: domain, user: user, password: password)
    }

    private static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// A file that others can read gives the password away, so it is refused.
    private static func readFile(_ path: String) throws -> CredentialsFile {
        let text = try PrivateFile.read(path, byteCountMax: CredentialsFile.byteCountMax)
        do {
            return try CredentialsFile(parsing: text)
        } catch {
            throw CommandFailure(.usage, "\(path): \(error)")
        }
    }
}
