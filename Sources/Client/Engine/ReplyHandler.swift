internal import Reactor
internal import SMBMessages

/// Takes the answer to a request, on the reactor's thread.
///
/// A handler may have many requests in flight and tells them apart by the token it gave.
protocol ReplyHandler: AnyObject {
    /// The final answer, whatever its status. It lies in `range` of the buffer, from its header to
    /// the end of this command. Returns true when the handler took over `buffer`, which it then
    /// recycles; it may do so only where `mayKeep` says so.
    func completed(
        token: Int,
        header: Header,
        buffer: IOBuffer,
        range: Range<Int>,
        mayKeep: Bool
    ) -> Bool

    /// There will be no answer.
    func failed(token: Int, error: ClientError)
}

/// Waits for credits, to go on when the server has granted some.
protocol CreditWaiter: AnyObject {
    func creditsGranted()
}
