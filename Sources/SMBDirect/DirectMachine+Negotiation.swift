internal import Wire

extension DirectMachine {
    /// The initiator's first message; its receives are posted before it is sent
    /// (MS-SMBD 3.1.5.2).
    public mutating func negotiateRequest() -> DirectNegotiateRequest {
        precondition(role == .initiator && phase == .idle)
        phase = .negotiating
        return DirectNegotiateRequest(
            creditsRequested: UInt16(limits.credits),
            preferredSendSize: UInt32(limits.sendSize),
            maxReceiveSize: UInt32(limits.receiveSize),
            maxFragmentedSize: UInt32(limits.fragmentedSize)
        )
    }

    /// MS-SMBD 3.1.5.6.
    mutating func receiveRequest(_ message: RawSpan) throws(SMBDirectError) -> DirectArrival {
        var reader = WireReader(message)
        guard let request = try? DirectNegotiateRequest(from: &reader) else {
            throw .truncated(byteCount: message.byteCount)
        }
        let version = DirectNegotiateRequest.version1
        guard request.minVersion <= version, version <= request.maxVersion else {
            phase = .ended
            return .refused(
                DirectNegotiateResponse(status: DirectNegotiateResponse.notSupported),
                .version(minimum: request.minVersion, maximum: request.maxVersion)
            )
        }
        guard request.creditsRequested > 0 else {
            throw .negotiation(field: .creditsRequested)
        }
        try adopt(
            creditTarget: request.creditsRequested,
            preferredSendSize: request.preferredSendSize,
            maxReceiveSize: request.maxReceiveSize,
            maxFragmentedSize: request.maxFragmentedSize
        )
        let granted = grantableCredits
        guard granted > 0 else {
            phase = .ended
            return .refused(
                DirectNegotiateResponse(status: DirectNegotiateResponse.insufficientResources),
                .negotiation(field: .creditsGranted)
            )
        }
        grantedCredits = granted
        phase = .established
        var response = DirectNegotiateResponse(status: DirectNegotiateResponse.success)
        response.negotiatedVersion = version
        response.creditsRequested = UInt16(limits.credits)
        response.creditsGranted = UInt16(granted)
        response.maxReadWriteSize = UInt32(readWriteSize)
        response.preferredSendSize = UInt32(sendSize)
        response.maxReceiveSize = UInt32(receiveSize)
        response.maxFragmentedSize = UInt32(limits.fragmentedSize)
        return .accepted(response)
    }

    /// MS-SMBD 3.1.5.7.
    mutating func receiveResponse(_ message: RawSpan) throws(SMBDirectError) -> DirectArrival {
        var reader = WireReader(message)
        guard let response = try? DirectNegotiateResponse(from: &reader) else {
            throw .truncated(byteCount: message.byteCount)
        }
        guard response.status == DirectNegotiateResponse.success else {
            throw .refused(status: response.status)
        }
        guard response.negotiatedVersion == DirectNegotiateRequest.version1 else {
            throw .negotiation(field: .negotiatedVersion)
        }
        guard response.creditsGranted > 0 else { throw .negotiation(field: .creditsGranted) }
        guard response.creditsRequested > 0 else { throw .negotiation(field: .creditsRequested) }
        guard response.preferredSendSize <= receiveSize else {
            throw .negotiation(field: .preferredSendSize)
        }
        try adopt(
            creditTarget: response.creditsRequested,
            preferredSendSize: response.preferredSendSize,
            maxReceiveSize: response.maxReceiveSize,
            maxFragmentedSize: response.maxFragmentedSize
        )
        readWriteSize = min(limits.readWriteSize, Int(response.maxReadWriteSize))
        sendCredits = Int(response.creditsGranted)
        phase = .established
        return .established
    }

    /// What both ends make of the other's offer.
    private mutating func adopt(
        creditTarget target: UInt16,
        preferredSendSize: UInt32,
        maxReceiveSize: UInt32,
        maxFragmentedSize: UInt32
    ) throws(SMBDirectError) {
        guard maxReceiveSize >= DirectLimits.receiveSizeMin else {
            throw .negotiation(field: .maxReceiveSize)
        }
        guard maxFragmentedSize >= DirectLimits.fragmentedSizeMin else {
            throw .negotiation(field: .maxFragmentedSize)
        }
        creditTarget = Int(target)
        sendSize = min(sendSize, Int(maxReceiveSize))
        receiveSize = max(
            DirectLimits.receiveSizeMin,
            min(receiveSize, Int(preferredSendSize))
        )
        fragmentedSendSize = Int(maxFragmentedSize)
    }
}
