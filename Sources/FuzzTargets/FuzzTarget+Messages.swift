import SMBMessages
import Wire

extension CancelRequest: WireValue {}
extension ChangeNotifyRequest: WireValue {}
extension CloseRequest: WireValue {}
extension CloseResponse: WireValue {}
extension CreateRequest: WireValue {}
extension CreateResponse: WireValue {}
extension EchoRequest: WireValue {}
extension EchoResponse: WireValue {}
extension ErrorResponse: WireValue {}
extension FlushRequest: WireValue {}
extension FlushResponse: WireValue {}
extension Header: WireValue {}
extension IoctlRequest: WireValue {}
extension IoctlResponse: WireValue {}
extension LeaseBreakNotification: WireValue {}
extension LockRequest: WireValue {}
extension LockResponse: WireValue {}
extension LogoffRequest: WireValue {}
extension LogoffResponse: WireValue {}
extension MultiProtocolNegotiate: WireValue {}
extension NegotiateRequest: WireValue {}
extension NegotiateResponse: WireValue {}
extension OplockBreakNotification: WireValue {}
extension OutputBufferResponse: WireValue {}
extension QueryDirectoryRequest: WireValue {}
extension QueryInfoRequest: WireValue {}
extension SessionSetupRequest: WireValue {}
extension SessionSetupResponse: WireValue {}
extension SetInfoRequest: WireValue {}
extension SetInfoResponse: WireValue {}
extension TransformHeader: WireValue {}
extension TreeConnectRequest: WireValue {}
extension TreeConnectResponse: WireValue {}
extension TreeDisconnectRequest: WireValue {}
extension TreeDisconnectResponse: WireValue {}
extension WriteResponse: WireValue {}

extension FuzzTarget {
    /// A whole request: its header, then what its command says.
    static let request = FuzzTarget(name: "request") { bytes in
        read(bytes, as: requests)
    }

    /// A whole response, or an error in its place.
    static let response = FuzzTarget(name: "response") { bytes in
        read(bytes, as: responses)
        Codec(ErrorResponse.self).run(bytes, Header.size)
        Codec(LeaseBreakNotification.self).run(bytes, Header.size)
    }

    /// What may stand in place of an SMB2 header: the SMB1 request that may open a connection,
    /// and the header of an encrypted message.
    static let negotiate = FuzzTarget(name: "negotiate") { bytes in
        Codec(MultiProtocolNegotiate.self).run(bytes, 0)
        Codec(TransformHeader.self).run(bytes, 0)
    }

    private static func read(_ bytes: [UInt8], as codecs: [Command: Codec]) {
        Codec(Header.self).run(bytes, 0)
        let header = try? withReader(over: bytes) { reader throws(WireError) in
            try Header(from: &reader)
        }
        guard let header, let codec = codecs[header.command] else { return }
        codec.run(bytes, Header.size)
    }

    private static let requests: [Command: Codec] = [
        .negotiate: Codec(NegotiateRequest.self),
        .sessionSetup: Codec(SessionSetupRequest.self),
        .logoff: Codec(LogoffRequest.self),
        .treeConnect: Codec(TreeConnectRequest.self),
        .treeDisconnect: Codec(TreeDisconnectRequest.self),
        .create: Codec(CreateRequest.self),
        .close: Codec(CloseRequest.self),
        .flush: Codec(FlushRequest.self),
        .read: Codec(reading: { reader throws(WireError) in try ReadRequest(from: &reader) }),
        .write: Codec(reading: { reader throws(WireError) in try WriteRequest(from: &reader) }),
        .lock: Codec(LockRequest.self),
        .oplockBreak: Codec(reading: { reader throws(WireError) in
            try BreakAcknowledgment(from: &reader)
        }),
        .ioctl: Codec(IoctlRequest.self),
        .cancel: Codec(CancelRequest.self),
        .echo: Codec(EchoRequest.self),
        .queryDirectory: Codec(QueryDirectoryRequest.self),
        .changeNotify: Codec(ChangeNotifyRequest.self),
        .queryInfo: Codec(QueryInfoRequest.self),
        .setInfo: Codec(SetInfoRequest.self),
    ]

    private static let responses: [Command: Codec] = [
        .negotiate: Codec(NegotiateResponse.self),
        .sessionSetup: Codec(SessionSetupResponse.self),
        .logoff: Codec(LogoffResponse.self),
        .treeConnect: Codec(TreeConnectResponse.self),
        .treeDisconnect: Codec(TreeDisconnectResponse.self),
        .create: Codec(CreateResponse.self),
        .close: Codec(CloseResponse.self),
        .flush: Codec(FlushResponse.self),
        .read: Codec(reading: { reader throws(WireError) in try ReadResponse(from: &reader) }),
        .write: Codec(WriteResponse.self),
        .lock: Codec(LockResponse.self),
        .oplockBreak: Codec(OplockBreakNotification.self),
        .ioctl: Codec(IoctlResponse.self),
        .echo: Codec(EchoResponse.self),
        .queryDirectory: Codec(OutputBufferResponse.self),
        .changeNotify: Codec(OutputBufferResponse.self),
        .queryInfo: Codec(OutputBufferResponse.self),
        .setInfo: Codec(SetInfoResponse.self),
    ]
}
