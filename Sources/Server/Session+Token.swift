import Glibc
import SMBMessages

extension Session {
    /// Whom access lists take the session for. All users of the server act as its own user on the
    /// file system, whose files belong to S-1-22-1-uid.
    var token: AccessToken {
        var others: [SID] = [.everyone, .network]
        if isAuthenticatedUser { others += [.authenticatedUsers, .builtinUsers] }
        return AccessToken(
            user: SID(authority: 22, 1, geteuid()),
            primaryGroup: SID(authority: 22, 2, getegid()),
            others: others
        )
    }
}
