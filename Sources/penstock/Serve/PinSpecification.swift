import FileStore
import SMBMessages

/// What `--pin-memory` names: a share of this server, and a file or folder in it.
struct PinSpecification {
    let share: ShareSpecification
    let path: StorePath

    /// `SHARE/PATH`, or `SHARE` for all of it.
    init(_ text: String, of shares: [ShareSpecification]) throws {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard let name = parts.first,
            let share = shares.first(where: { $0.name.lowercased() == name.lowercased() })
        else {
            throw CommandFailure(
                .usage,
                "--pin-memory takes SHARE/PATH with one of the shares, not '\(text)'."
            )
        }
        self.share = share
        var rest = parts.count > 1 ? parts[1] : ""
        while rest.hasSuffix("/") { rest = rest.dropLast() }
        do {
            path = try StorePath(String(rest), rules: .posix)
        } catch {
            throw CommandFailure(.usage, "'\(rest)' in --pin-memory is no path in a share.")
        }
    }
}
