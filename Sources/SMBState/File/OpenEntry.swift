/// One open of a stream, as far as others are concerned.
struct OpenEntry: Sendable {
    let id: OpenID
    let modes: ShareModes
    let reach: OpenReach
    let lease: LeaseID?
    /// FILE_DELETE_ON_CLOSE at CREATE: the close of this very open marks the stream.
    var deletesOnClose: Bool
}
