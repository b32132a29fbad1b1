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

    /// Memory that `count` bytes of data, the answer to a READ, may be received into before it is
    /// known whether they are genuine; nil to get the whole answer in a buffer.
    func placement(token: Int, count: Int) -> UnsafeMutableRawBufferPointer?

    /// The data of a genuine answer is where `placement` said. The final answer, as `completed` is.
    func placed(token: Int, count: Int)

    /// There will be no answer from this link. What is still to be done may be sent by another one,
    /// not before the link has ended.
    func failed(token: Int, error: ClientError)
}

extension ReplyHandler {
    func placement(token: Int, count: Int) -> UnsafeMutableRawBufferPointer? { nil }
    func placed(token: Int, count: Int) {}
}

/// Waits for credits, to go on when the server has granted some.
protocol CreditWaiter: AnyObject {
    func creditsGranted()
}
