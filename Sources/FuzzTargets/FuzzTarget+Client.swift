import Client

extension FuzzTarget {
    /// Our client with a server whose answers are edited: a byte that says how it connects, then
    /// the edits. It must end, with whatever result.
    static let client = FuzzTarget(name: "client") { bytes in
        guard let first = bytes.first else { return }
        ServerUnderTest.shared.reset()
        var options = ClientOptions()
        options.acceptsGuest = true
        options.timeoutSeconds = 1
        options.deadlineSeconds = 1
        options.dialectMax = first & 1 == 0 ? .smb311 : .smb210
        options.signs = first & 2 != 0
        options.encrypts = first & 4 != 0 && first & 1 == 0
        let user = first & 6 == 0 && first & 8 != 0 ? "stranger" : ServerUnderTest.user
        _ = ClientUnderTest.shared.run(
            options,
            user: user,
            edits: ReplyEdits(bytes.dropFirst())
        )
    }
}
