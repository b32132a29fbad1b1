internal import Descriptors

extension ClientError {
    /// A failure of this machine, with a remedy where there is a known one.
    init(_ error: Errno, action: String) {
        switch error {
        case .noSpace, .quotaExceeded:
            self.init(
                .diskFull,
                action: action,
                reason: "no space is left on this machine; free some and run the command again"
            )
        case .noSuchFileOrDirectory, .notDirectory:
            self.init(.notFound, action: action, reason: "\(error); check the local path")
        case .accessDenied, .notPermitted, .readOnlyFileSystem:
            self.init(.refused, action: action, reason: "\(error); check who owns it")
        case .fileExists, .directoryNotEmpty, .isDirectory:
            self.init(.exists, action: action, reason: "\(error)")
        default:
            self.init(.local, action: action, reason: "\(error)")
        }
    }
}
