import SMBMessages
import Wire

extension AllocatedRange: WireValue {}
extension CopyChunkRequest: WireValue {}
extension CopyChunkResponse: WireValue {}
extension DuplicateExtents: WireValue {}
extension DuplicateExtentsExtended: WireValue {}
extension FileLevelTrim: WireValue {}
extension FileRegionQuery: WireValue {}
extension FileRegions: WireValue {}
extension FileZeroData: WireValue {}
extension IntegrityInformation: WireValue {}
extension ObjectIDBuffer: WireValue {}
extension PipePeekHeader: WireValue {}
extension PipeWait: WireValue {}
extension ReparsePoint: WireValue {}
extension ResiliencyRequest: WireValue {}
extension ResumeKeyResponse: WireValue {}
extension SecurityDescriptor: WireValue {}
extension SetIntegrityInformation: WireValue {}
extension SnapshotArray: WireValue {}
extension SymbolicLinkError: WireValue {}
extension ValidateNegotiateRequest: WireValue {}
extension ValidateNegotiateResponse: WireValue {}

extension FuzzTarget {
    /// MS-FSCC 2.3 and MS-SMB2 2.2.31, 2.2.32: the buffers of IOCTL.
    static let control = FuzzTarget(
        name: "control",
        codecs: [
            Codec(AllocatedRange.self),
            Codec(CopyChunkRequest.self),
            Codec(CopyChunkResponse.self),
            Codec(DuplicateExtents.self),
            Codec(DuplicateExtentsExtended.self),
            Codec(FileLevelTrim.self),
            Codec(FileRegionQuery.self),
            Codec(FileRegions.self),
            Codec(FileZeroData.self),
            Codec(IntegrityInformation.self),
            Codec(ObjectIDBuffer.self),
            Codec(PipePeekHeader.self),
            Codec(PipeWait.self),
            Codec(ReparsePoint.self),
            Codec(ResiliencyRequest.self),
            Codec(ResumeKeyResponse.self),
            Codec(SetIntegrityInformation.self),
            Codec(SnapshotArray.self),
            Codec(SymbolicLinkError.self),
            Codec(ValidateNegotiateRequest.self),
            Codec(ValidateNegotiateResponse.self),
            Codec(reading: { reader throws(WireError) in
                try NetworkInterface.decodeList(from: &reader)
            }),
        ]
    )

    /// MS-DTYP 2.4.6: reading, writing, and what follows from a descriptor.
    static let securityDescriptor = FuzzTarget(name: "security-descriptor") { bytes in
        Codec(SecurityDescriptor.self).run(bytes, 0)
        let descriptor = try? withReader(over: bytes) { reader throws(WireError) in
            try SecurityDescriptor(from: &reader)
        }
        guard let descriptor else { return }
        let token = AccessToken(
            user: .posixUser(1000),
            primaryGroup: .posixGroup(1000),
            others: [.everyone]
        )
        _ = descriptor.maximumAccess(of: token)
    }
}
