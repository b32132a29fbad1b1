internal import SMBMessages

/// Who uses a link as one of the channels of a session. Called on the reactor's thread.
protocol LinkOwner: AnyObject {
    /// The link is of no more use. Its requests are handed back to their handlers after this call.
    func linkFailed(_ link: Link, error: ClientError)

    /// Every handler has heard that its request will have no answer.
    func linkEnded(_ link: Link)

    /// Answers came, and perhaps credits with them.
    func linkHeard(_ link: Link)

    /// MS-SMB2 3.2.5.19.1: another open wants what an oplock allows.
    func link(_ link: Link, broke notification: OplockBreakNotification)
}
