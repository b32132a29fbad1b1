import SMBDirect
import SMBMessages
import SMBSecurity
import Transport
import Wire

/// The client's memory that a READ or WRITE names, in place of data in the message, and how the
/// data is protected on its way (MS-SMB2 3.3.5.12, 3.3.5.13).
struct RemotePlacement {
    enum Protection {
        case none, signing, encryption
    }

    var memory: RemoteMemory
    var protection: Protection
    /// What came with the data of a WRITE that is protected.
    var tag: PlacedDataTag?
}

extension Request {
    /// The memory that a READ names; `nil` where its data goes into the answer.
    ///
    /// Whatever becomes of the request from here on, its answer makes the token invalid where the
    /// client asked for that: it does nothing itself to get its registration back.
    @_lifetime(reader: copy reader)
    func placement(
        of message: ReadRequest,
        _ reader: inout WireReader
    ) throws -> RemotePlacement? {
        guard try usesPlacement(message.channel, isWrite: false) else { return nil }
        let memory = try describedMemory(
            message.channelInfo,
            behind: Header.size + ReadRequest.fixedSize,
            &reader
        )
        if message.channel == .rdmaV1Invalidate { invalidatedToken = memory.first.token }
        try check(memory, count: Int(message.length))
        return RemotePlacement(memory: memory, protection: try demandedProtection())
    }

    /// The memory that a WRITE names; `nil` where its data is in the message.
    @_lifetime(reader: copy reader)
    func placement(
        of message: WriteRequest,
        _ reader: inout WireReader
    ) throws -> RemotePlacement? {
        guard try usesPlacement(message.channel, isWrite: true) else { return nil }
        var channel = message.channel
        var info = message.channelInfo
        var crypto: RDMACryptoTransform?
        let fixedEnd = Header.size + WriteRequest.fixedSize
        if channel == .rdmaTransform {
            var slice = try reader.slice(at: info.offset, count: info.count)
            let transform = try RDMATransform(from: &slice)
            guard info.offset >= fixedEnd, transform.channel != .none else {
                throw NTStatus.invalidParameter
            }
            info.offset += transform.descriptors.offset
            info.count = transform.descriptors.count
            channel = transform.channel
            crypto = transform.crypto
        }
        let memory = try describedMemory(info, behind: fixedEnd, &reader)
        if channel == .rdmaV1Invalidate { invalidatedToken = memory.first.token }
        guard message.dataLength == 0, message.dataOffset == 0 else {
            throw NTStatus.invalidParameter
        }
        try check(memory, count: Int(message.remainingBytes))
        let protection = try protection(given: crypto?.kind)
        return RemotePlacement(memory: memory, protection: protection, tag: crypto?.tag)
    }

    /// Which channels there are depends on the dialect and on the transport. Dialect 2.1 has no
    /// such field.
    private func usesPlacement(_ channel: SMBMessages.Channel, isWrite: Bool) throws(NTStatus)
        -> Bool
    {
        guard let negotiation = connection.negotiation, negotiation.is3x, channel != .none else {
            return false
        }
        let isKnown =
            switch channel {
            case .rdmaV1: true
            case .rdmaV1Invalidate: negotiation.dialect >= .smb302
            case .rdmaTransform: isWrite && negotiation.dialect == .smb311
            default: false
            }
        guard isKnown, connection.transport.capabilities.placesRemotely else {
            throw .invalidParameter
        }
        return true
    }

    /// Reads SMB_DIRECT_BUFFER_DESCRIPTOR_V1 structures behind the fixed part of the request.
    @_lifetime(reader: copy reader)
    private func describedMemory(
        _ part: MessagePart,
        behind fixedEnd: Int,
        _ reader: inout WireReader
    ) throws -> RemoteMemory {
        guard part.offset >= fixedEnd else { throw NTStatus.invalidParameter }
        var slice = try reader.slice(at: part.offset, count: part.count)
        guard let memory = try RemoteMemory(from: &slice, count: part.count) else {
            throw NTStatus.invalidParameter
        }
        return memory
    }

    /// The memory must hold all that was asked for; none of it may lie past the last address.
    private func check(_ memory: RemoteMemory, count: Int) throws(NTStatus) {
        guard count > 0, count <= connection.placedSizeMax, memory.first.length > 0,
            memory.byteCount >= count
        else { throw .invalidParameter }
        for index in 0..<memory.descriptorCount {
            let piece = memory[index]
            let wraps = piece.offset.addingReportingOverflow(UInt64(max(piece.length, 1)) - 1)
            guard !wraps.overflow else { throw .invalidParameter }
        }
    }
}

extension RDMACryptoTransform {
    init(kind: RDMATransformID, _ tag: PlacedDataTag) {
        self.init(
            kind: kind,
            signature: tag.signature,
            signatureCount: tag.signatureCount,
            nonce: tag.nonce,
            nonceCount: tag.nonceCount
        )
    }

    fileprivate var tag: PlacedDataTag {
        PlacedDataTag(
            signature: signature,
            signatureCount: signatureCount,
            nonce: nonce,
            nonceCount: nonceCount
        )
    }
}
