internal import Reactor
internal import SMBMessages

/// Waits for the answer to an ECHO, which says nothing but that the server lives.
final class EchoHandler: ReplyHandler {
    private weak var link: Link?

    init(_ link: Link) { self.link = link }

    func completed(
        token: Int,
        header: Header,
        buffer: IOBuffer,
        range: Range<Int>,
        mayKeep: Bool
    ) -> Bool {
        link?.isEchoing = false
        return false
    }

    func failed(token: Int, error: ClientError) { link?.isEchoing = false }
}
