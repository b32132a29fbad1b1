/// Why a text does not name a place on a server, and what to write instead.
public struct LocationError: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        case scheme, host, port, escape, password, aboveShare, name, share
    }

    public var reason: Reason
    public var text: String

    public init(_ reason: Reason, in text: String) {
        self.reason = reason
        self.text = text
    }
}

extension LocationError: CustomStringConvertible {
    public var description: String {
        let shown = EntryName.shown(text)
        return switch reason {
        case .scheme:
            "'\(shown)' is not a server location: write smb://[user@]host[:port]/share/path"
        case .host: "'\(shown)' names no host: write smb://host/share/path"
        case .port: "'\(shown)' has no usable port: write a number from 1 to 65535 after the colon"
        case .escape: "'\(shown)' has a broken %XX escape: write a percent sign itself as %25"
        case .password:
            "a password in the location would be seen by every user of this machine: leave it "
                + "out and use the prompt, PENSTOCK_PASSWORD or --credentials FILE"
        case .aboveShare: "'\(shown)' leads out of the share: '..' cannot go above its root"
        case .name: "'\(shown)' cannot be a file name: it is empty, too long, or holds / \\ or NUL"
        case .share: "'\(shown)' names no share: write smb://host/share"
        }
    }
}
