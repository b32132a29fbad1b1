internal import Reactor
internal import SMBDirect
internal import SMBMessages
internal import Transport
internal import Wire

/// Writes whose data the fabric takes out of this machine's memory (MS-SMB2 3.2.4.7).
extension WriteStream {
    /// Describes the loaded block to the peer; nil where it has to travel in the message.
    func sendPlaced(_ slot: Int, _ link: Link) -> Link.SendResult? {
        guard slots[slot].link === link, let memory = slots[slot].buffer,
            let count = link.placedCount(
                min(slots[slot].count, link.maxWrite),
                for: target.route
            ),
            let descriptor = link.transport.expose(
                memory,
                offset: 0,
                count: count,
                access: .reading
            )
        else { return nil }
        let protection = link.placing(for: target.route) ?? .plain
        guard link.canSend(forBytes: count) else { return .noCredits }
        // The loaded block is a copy: what is written again later is loaded again.
        let transform = link.protectPlaced(memory, count: count, by: protection)
        guard protection == .plain || transform != nil else {
            link.fail(.badSeal)
            return .closed
        }
        let request = WriteRequest(
            fileID: target.open.fileID,
            offset: slots[slot].offset,
            dataLength: 0,
            channel: transform == nil ? .rdmaV1 : .rdmaTransform,
            remainingBytes: UInt32(count)
        )
        let transformCount = transform == nil ? 0 : PlacedProtection.transformByteCount
        let result = link.send(
            .write,
            route: target.route,
            payloadCount: count,
            handler: self,
            token: slot,
            isRepeated: slots[slot].isRepeated && channels.marksRepeats
        ) { writer in
            request.encode(
                to: &writer,
                channelInfoCount: transformCount + BufferDescriptor.encodedSize
            )
            transform?.encode(to: &writer, descriptorCount: BufferDescriptor.encodedSize)
            descriptor.encode(to: &writer)
        }
        // The memory stays here until the peer has answered.
        if result == .sent { slots[slot].asked = count }
        return result
    }
}
