public import SMBMessages

/// The answer to an acknowledgment, and what follows from it.
public struct AcknowledgmentResult: Hashable, Sendable {
    public var status: NTStatus
    /// What the client holds now, for the response.
    public var held: Caching
    public var breaks: [CacheBreak] = []
    public var woken: [WaiterID] = []
}

extension FileTable {
    /// MS-SMB2 3.3.5.22.1. An answer that does not fit ends the oplock and is refused.
    public mutating func acknowledgeOplock(
        _ open: OpenID,
        level: UInt8
    ) -> AcknowledgmentResult {
        withStream(of: open) { stream, serial in
            guard let index = stream.grantIndex(.oplock(open)),
                let announced = stream.grants[index].breakingTo
            else { return AcknowledgmentResult(status: .invalidOplockProtocol, held: []) }
            let wasBatch = stream.grants[index].held.contains(.handle)
            let status: NTStatus
            switch level {
            case 0x00, 0x01: status = .success
            case 0x08 where wasBatch: status = .success
            case 0xFF: status = .invalidParameter
            default: status = .invalidOplockProtocol
            }
            let state = level == 0x01 ? announced.intersection(.levelII) : []
            let (next, woken) = stream.settle(at: index, state: state, serial: &serial)
            return AcknowledgmentResult(
                status: status,
                held: state,
                breaks: next.map { [$0] } ?? [],
                woken: woken
            )
        } ?? AcknowledgmentResult(status: .fileClosed, held: [])
    }

    /// MS-SMB2 3.3.5.22.2. The client may keep less than it was told to.
    public mutating func acknowledgeLease(
        _ lease: LeaseID,
        state: Caching
    ) -> AcknowledgmentResult {
        guard let location = leases[lease] else {
            return AcknowledgmentResult(status: .objectNameNotFound, held: [])
        }
        return withStream(at: location) { stream, serial in
            guard let index = stream.grantIndex(.lease(lease)) else {
                return AcknowledgmentResult(status: .objectNameNotFound, held: [])
            }
            guard let announced = stream.grants[index].breakingTo else {
                return AcknowledgmentResult(status: .unsuccessful, held: [])
            }
            guard announced.isSuperset(of: state) else {
                return AcknowledgmentResult(status: .requestNotAccepted, held: [])
            }
            let (next, woken) = stream.settle(at: index, state: state, serial: &serial)
            return AcknowledgmentResult(
                status: .success,
                held: state,
                breaks: next.map { [$0] } ?? [],
                woken: woken
            )
        } ?? AcknowledgmentResult(status: .objectNameNotFound, held: [])
    }

    /// MS-SMB2 3.3.6.1, 3.3.6.5: no answer came, or the client is out of reach. Its cache is void,
    /// and those who waited for it go on. Does nothing when the break is over.
    public mutating func timeOut(_ notification: CacheBreak) -> [WaiterID] {
        let location: Location?
        let holder: CacheGrant.Holder
        switch notification.target {
        case .oplock(let open):
            location = opens[open]
            holder = .oplock(open)
        case .lease(let id, via: _):
            location = leases[id]
            holder = .lease(id)
        }
        guard let location else { return [] }
        return withStream(at: location) { stream, serial in
            guard let index = stream.grantIndex(holder), stream.grants[index].isBreaking,
                stream.grants[index].serial == notification.serial
            else { return [] }
            return stream.settle(at: index, state: [], serial: &serial).woken
        } ?? []
    }
}
