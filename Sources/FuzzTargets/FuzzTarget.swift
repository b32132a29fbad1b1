/// Something that takes bytes from the network, with an entrance for a fuzzer.
///
/// A target must neither trap nor take long, whatever the bytes; where a value can be written
/// back, writing it and reading it again must give the same value.
public struct FuzzTarget: Sendable {
    public var name: String
    public var run: @Sendable ([UInt8]) -> Void

    public static let all: [FuzzTarget] = [
        .request, .response, .negotiate, .contexts, .fileInformation, .volumeInformation,
        .directory, .control, .securityDescriptor, .rpc, .serverAuthentication,
        .clientAuthentication, .accounts, .direct, .directValues, .server, .client,
    ]
}
